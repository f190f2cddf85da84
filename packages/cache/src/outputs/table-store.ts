import {
  closeSync,
  constants,
  fstatSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import type { DebugLog, DigestFunction, TaskId } from '@larder/core';
import { encodeOutputsTable, parseOutputsTable, type OutputsTable } from './outputs-table.ts';
import { placePath } from './place-path.ts';

export interface TableStoreOptions {
  /** `.larder/state`. */
  readonly stateDirectoryAbsolute: string;
  readonly digest: DigestFunction;
  readonly log: DebugLog;
}

/**
 * Outputs tables, a file for each task, written over in place: a table carries its digest, so that one that is half
 * written, or written by two processes at once, is none. A table that is lost, broken or cannot be written only costs time.
 */
export interface TableStore {
  read(task: TaskId): OutputsTable | null;
  write(table: OutputsTable): void;
  /** Before outputs are touched: a crash in the middle must not leave a table that vouches for them. */
  remove(task: TaskId): void;
}

export function openTableStore({ stateDirectoryAbsolute, digest, log }: TableStoreOptions): TableStore {
  const directoryAbsolute = join(stateDirectoryAbsolute, 'outputs');
  const fileOf = (task: TaskId): string => placePath(directoryAbsolute, `${digest(task)}.table`);
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
      try {
        writeOver(fileOf(table.task), encodeOutputsTable(table, digest));
      } catch (error) {
        log(`outputs table of ${table.task}: ${String(error)}`);
      }
    },
    remove: (task) => rmSync(fileOf(task), { force: true }),
  };
}

function writeOver(absolute: string, bytes: Buffer): void {
  const descriptor = openOrCreate(absolute);
  try {
    let written = 0;
    while (written < bytes.length) written += writeSync(descriptor, bytes, written, bytes.length - written, written);
    if (fstatSync(descriptor).size > bytes.length) ftruncateSync(descriptor, bytes.length);
  } finally {
    closeSync(descriptor);
  }
}

function openOrCreate(absolute: string): number {
  const flags = constants.O_WRONLY | constants.O_CREAT;
  try {
    return openSync(absolute, flags, 0o644);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    mkdirSync(dirname(absolute), { recursive: true });
    return openSync(absolute, flags, 0o644);
  }
}
