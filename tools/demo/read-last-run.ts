import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What the demo shows of a run. */
export interface RunFigures {
  readonly executed: readonly string[];
  readonly restoredLocal: number;
  readonly restoredRemote: number;
  readonly upToDate: number;
  /** Failed, skipped or cancelled. */
  readonly broken: number;
  readonly savedMs: number;
}

interface RunRecord {
  readonly savedMs: number;
  readonly totals: Readonly<
    Record<'restoredLocal' | 'restoredRemote' | 'upToDate' | 'failed' | 'skipped' | 'cancelled', number>
  >;
  readonly tasks: readonly { readonly id: string; readonly outcome: { readonly kind: string } | null }[];
}

/** Reads the newest run record of a workspace; their names sort by the start of the run. */
export function readLastRun(workspace: string): RunFigures {
  const folder = join(workspace, '.larder', 'runs');
  const newest = readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .toSorted()
    .at(-1);
  if (newest === undefined) throw new Error(`${folder} holds no run record`);
  const { savedMs, totals, tasks }: RunRecord = JSON.parse(readFileSync(join(folder, newest), 'utf8'));
  return {
    executed: tasks.filter(({ outcome }) => outcome?.kind === 'executed').map(({ id }) => id),
    restoredLocal: totals.restoredLocal,
    restoredRemote: totals.restoredRemote,
    upToDate: totals.upToDate,
    broken: totals.failed + totals.skipped + totals.cancelled,
    savedMs,
  };
}
