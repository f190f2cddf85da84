import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import type { DebugLog } from '@larder/core';

import { decodeSnapshot, encodeSnapshot } from './encode-snapshot.ts';
import type { FileTable } from './file-table.ts';
import { uniqueSuffix } from './unique-suffix.ts';

/** The saved table, or null where there is none that can be used. */
export function readSnapshot(stateDirectoryAbsolute: string, rules: string, log: DebugLog): FileTable | null {
  try {
    const table = decodeSnapshot(readFileSync(join(stateDirectoryAbsolute, 'files')), rules);
    if (table === null) log('the state snapshot is not whole or of another version: not used');
    return table;
  } catch (error) {
    log(`no state snapshot: ${String(error)}`);
    return null;
  }
}

/**
 * Replaces the snapshot by a rename, so that a reader sees the old or the new one. Of two processes
 * that save at once the last one wins. Failing costs time in the next run and nothing else, so it is only logged.
 * Never throws.
 */
export function writeSnapshot(
  stateDirectoryAbsolute: string,
  table: FileTable,
  { rules, log }: { readonly rules: string; readonly log: DebugLog },
): void {
  const partial = join(stateDirectoryAbsolute, `files.${uniqueSuffix()}.partial`);
  try {
    mkdirSync(stateDirectoryAbsolute, { recursive: true });
    writeFileSync(partial, encodeSnapshot(table, rules), { flag: 'wx' });
    renameSync(partial, join(stateDirectoryAbsolute, 'files'));
  } catch (error) {
    log(`the state snapshot was not saved: ${String(error)}`);
    deletePartial(partial);
  }
}

function deletePartial(partial: string): void {
  try {
    rmSync(partial, { force: true });
  } catch {
    // Where it cannot be removed it could hardly be made.
  }
}
