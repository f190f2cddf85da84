import { join } from 'node:path';
import { openTableStore, proveUnchanged } from '@larder/cache';
import type { TaskHash, TaskId } from '@larder/core';
import { digest, ProofKind, toProofRow, type ProofRow } from '@larder/workspace';
import type { Session } from '../session/open-session.ts';
import type { RememberedTask } from './run-memo.ts';

/** Output of tasks that is kept for showing it again, all of it together. */
const maxAttachmentBytes = 4 * 1024 * 1024;

export interface UpToDateTask {
  readonly id: TaskId;
  readonly hash: TaskHash;
}

export interface ProvedOutputs {
  /** Without tasks of which nothing proves that they still are up to date. */
  readonly settled: readonly RememberedTask[];
  readonly rows: readonly ProofRow[];
  readonly attachments: readonly Uint8Array[];
}

/** Null where they have printed too much. */
export function proveOutputs(session: Session, tasks: readonly UpToDateTask[]): ProvedOutputs | null {
  const stateDirectoryAbsolute = join(session.stateDirectoryAbsolute, 'state');
  const tables = openTableStore({ stateDirectoryAbsolute, digest, log: session.log });
  const settled: RememberedTask[] = [];
  const rows: ProofRow[] = [];
  const attachments: Uint8Array[] = [];
  let attachedBytes = 0;
  for (const { id, hash } of tasks) {
    const table = tables.read(id);
    if (table === null || table.hash !== hash) continue;
    const looks: ProofRow[] = [];
    const isUnchanged = proveUnchanged(session.rootAbsolute, table, ({ path, proves, stats }) =>
      looks.push(toProofRow(path, proves === 'same' ? ProofKind.same : ProofKind.sameMode, stats)),
    );
    if (!isUnchanged) continue;
    const { terminalOutput, executionMs } = table;
    for (const row of looks) rows.push(row);
    settled.push({ id, hash, savedMs: executionMs, outputBytes: terminalOutput.length });
    attachments.push(terminalOutput);
    attachedBytes += terminalOutput.length;
  }
  return attachedBytes > maxAttachmentBytes ? null : { settled, rows, attachments };
}
