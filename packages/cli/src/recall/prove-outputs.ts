import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import { openTableStore, proveUnchanged, type OutputsTable } from '@larder/cache';
import type { RunEvent } from '@larder/core';
import { digest, ProofKind, toProofRow, type ProofRow } from '@larder/workspace';
import type { Session } from '../session/open-session.ts';
import type { RememberedTask } from './run-memo.ts';

/** Output of tasks that is kept for showing it again, all of it together. */
const maxAttachmentBytes = 4 * 1024 * 1024;

export interface ProvedOutputs {
  readonly settled: readonly RememberedTask[];
  readonly rows: readonly ProofRow[];
  readonly attachments: readonly Uint8Array[];
}

/** Null where a task was not up to date, or where nothing proves that it still is. */
export function proveOutputs(session: Session, events: readonly RunEvent[]): ProvedOutputs | null {
  if (!foundAllUpToDate(events)) return null;
  const stateDirectoryAbsolute = join(session.stateDirectoryAbsolute, 'state');
  const tables = openTableStore({ stateDirectoryAbsolute, digest, log: session.log });
  const settled: RememberedTask[] = [];
  const rows: ProofRow[] = [];
  const attachments: Uint8Array[] = [];
  let attachedBytes = 0;
  for (const event of events) {
    if (event.type !== 'task-settled') continue;
    const table = tables.read(event.task);
    if (table === null || table.hash !== event.hash) return null;
    rows.push(...listOutputRows(session.rootAbsolute, table));
    // After the rows were taken: a change in between breaks either.
    if (!proveUnchanged(session.rootAbsolute, table)) return null;
    const { terminalOutput, executionMs } = table;
    settled.push({ id: event.task, hash: table.hash, savedMs: executionMs, outputBytes: terminalOutput.length });
    attachments.push(terminalOutput);
    attachedBytes += terminalOutput.length;
  }
  return attachedBytes > maxAttachmentBytes ? null : { settled, rows, attachments };
}

function foundAllUpToDate(events: readonly RunEvent[]): boolean {
  const finished = events.find((event) => event.type === 'run-finished');
  if (finished?.exitCode !== 0 || finished.cacheTroubles > 0) return false;
  return events.every((event) => event.type !== 'task-settled' || event.outcome.kind === 'up-to-date');
}

function listOutputRows(rootAbsolute: string, { outputs, listed, absent }: OutputsTable): readonly ProofRow[] {
  const rowOf = (path: string, kind: ProofKind): ProofRow =>
    toProofRow(path, kind, lstatSync(join(rootAbsolute, path), { throwIfNoEntry: false }));
  return [
    ...outputs.map(({ path, kind }) => rowOf(path, kind === 'directory' ? ProofKind.sameMode : ProofKind.same)),
    // Later rows win: a folder that was listed has to be the same.
    ...listed.map(({ path }) => rowOf(path, ProofKind.same)),
    ...absent.map((path) => rowOf(path, ProofKind.same)),
  ];
}
