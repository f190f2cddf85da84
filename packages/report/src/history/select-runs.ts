import type { RunRecord } from '../records/run-record.ts';
import type { RunFilter } from './read-runs.ts';

/** Of a branch or of `last:N`. */
const maxRuns = 200;

export type SelectedRuns =
  | { readonly kind: 'selected'; readonly runs: readonly RunRecord[] }
  | { readonly kind: 'none'; readonly detail: string };

/**
 * The runs that a person names: `last`, `last:20`, `previous`, the id of a run or its beginning, or a branch with up
 * to 200 of its runs. Newest first.
 */
export function selectRuns(
  history: { readonly readRuns: (filter: RunFilter) => readonly RunRecord[] },
  name: string,
): SelectedRuns {
  const runs = findRuns(history, name);
  if (runs.length > 0) return { kind: 'selected', runs };
  const allowed =
    '"last", "last:20", "previous", the beginning of a run id that "larder stats --runs" shows, or a branch';
  return { kind: 'none', detail: `No recorded run fits "${name}". Give ${allowed}.` };
}

function findRuns(
  history: { readonly readRuns: (filter: RunFilter) => readonly RunRecord[] },
  name: string,
): readonly RunRecord[] {
  const last = /^last(?::(\d{1,6}))?$/.exec(name);
  if (last !== null) return history.readRuns({ limit: Math.min(maxRuns, Number(last[1] ?? 1)) });
  if (name === 'previous') return history.readRuns({ limit: 2 }).slice(1);
  const byId = /^[0-9a-f]{4,}/.test(name) ? history.readRuns({ limit: 2, runId: name }) : [];
  if (byId.length === 1) return byId;
  return history.readRuns({ limit: maxRuns, branch: name });
}
