import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DebugLog, DigestFunction, TaskId } from '@larder/core';
import { encodeOutputsTable, parseOutputsTable, type OutputsTable } from './outputs-table.ts';

export interface TableStoreOptions {
  /** `.larder/state`. */
  readonly stateDirectoryAbsolute: string;
  readonly digest: DigestFunction;
  readonly log: DebugLog;
}

/** Outputs tables, a file for each task. A table that is lost, broken or cannot be written only costs time. */
export interface TableStore {
  read(task: TaskId): OutputsTable | null;
  write(table: OutputsTable): void;
  /** Before outputs are touched: a crash in the middle must not leave a table that vouches for them. */
  remove(task: TaskId): void;
}

export function openTableStore({ stateDirectoryAbsolute, digest, log }: TableStoreOptions): TableStore {
  const directoryAbsolute = join(stateDirectoryAbsolute, 'outputs');
  const fileOf = (task: TaskId): string => join(directoryAbsolute, `${digest(task)}.table`);
  return {
    read: (task) => {
      try {
        const table = parseOutputsTable(readFileSync(fileOf(task)), digest);
        return table?.task === task ? table : null;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT') log(`outputs table of ${task}: ${String(error)}`);
        return null;
      }
    },
    write: (table) => {
      const partial = join(directoryAbsolute, `${crypto.randomUUID()}.partial`);
      try {
        mkdirSync(directoryAbsolute, { recursive: true });
        writeFileSync(partial, encodeOutputsTable(table, digest), { flag: 'wx' });
        renameSync(partial, fileOf(table.task));
      } catch (error) {
        log(`outputs table of ${table.task}: ${String(error)}`);
        removeIfPossible(partial);
      }
    },
    remove: (task) => rmSync(fileOf(task), { force: true }),
  };
}

function removeIfPossible(absolute: string): void {
  try {
    rmSync(absolute, { force: true });
  } catch {
    return;
  }
}
