import { parseTaskHash, type Problem, type TaskHash, type TaskHashDetails } from '@larder/core';
import { listInputChanges, openHistory, type RunHistory } from '@larder/report';
import { historyFile } from '../run/history-file.ts';
import type { InputHistory } from '../run/input-history.ts';
import { formatJson } from '../session/command-io.ts';
import type { Session } from '../session/open-session.ts';

export type WhySince =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'invalid'; readonly problem: Problem };

export interface WhySinceRequest {
  readonly details: TaskHashDetails;
  /** `last`, the beginning of a run's id, or a hash of the task. */
  readonly since: string;
  readonly json: boolean;
}

/** What changed between the hash that a task had in an earlier run and the one that it has now. */
export async function explainSince(
  session: Session,
  history: InputHistory,
  request: WhySinceRequest,
): Promise<WhySince> {
  const found = await findHash(session, request);
  if (found.kind === 'unknown') {
    return invalid(`No recorded run of ${request.details.task} is "${request.since}"`);
  }
  if (found.hash === request.details.hash) return describe(request, found.hash, []);
  const compared = history.compareSince(request.details, found.hash);
  if (compared === null) return invalid(describeUnkept(request, found.hash));
  return describe(request, compared.record.hash, listInputChanges(compared.changed));
}

type FoundHash =
  /** Null: the last one that is known. */
  { readonly kind: 'found'; readonly hash: TaskHash | null } | { readonly kind: 'unknown' };

async function findHash(session: Session, { details, since }: WhySinceRequest): Promise<FoundHash> {
  const named = parseTaskHash(since);
  if (named !== null) return { kind: 'found', hash: named };
  if (since === 'last') return { kind: 'found', hash: null };
  const opened = await openHistory(historyFile(session));
  if (opened.kind === 'unavailable') return { kind: 'unknown' };
  try {
    return findHashInRun(opened.history, details, since);
  } finally {
    opened.history.close();
  }
}

function findHashInRun(history: RunHistory, { task }: TaskHashDetails, runId: string): FoundHash {
  const [run] = history.readRuns({ limit: 1, runId });
  const hash = run?.tasks.find((one) => one.id === task)?.hash ?? null;
  return hash === null ? { kind: 'unknown' } : { kind: 'found', hash };
}

function describe({ details, json }: WhySinceRequest, before: TaskHash, lines: readonly string[]): WhySince {
  if (json) {
    return {
      kind: 'text',
      text: formatJson({ v: 1, task: details.task, before, after: details.hash, changes: lines }),
    };
  }
  if (before === details.hash) {
    return { kind: 'text', text: `${details.task} has the same hash, ${before}: nothing changed.\n` };
  }
  const head = `${details.task}  ${before} -> ${details.hash}\n`;
  return { kind: 'text', text: head + lines.map((line) => `  ${line}\n`).join('') };
}

function describeUnkept({ details }: WhySinceRequest, hash: TaskHash | null): string {
  if (hash === null) return `${details.task} was not executed or restored in this workspace yet`;
  return `What went into ${hash} is not known here: ${details.task} had it elsewhere, or too many changes ago`;
}

function invalid(detail: string): WhySince {
  return { kind: 'invalid', problem: { severity: 'error', code: 'usage', detail, near: [] } };
}
