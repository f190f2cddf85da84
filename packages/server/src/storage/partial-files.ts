import { randomUUID } from 'node:crypto';
import { mkdir, open, rm, stat, unlink, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { ignoringCode } from './file-errors.ts';
import { walkFiles } from './walk-files.ts';

/** Uploads that are under way; on the same file system as the entries, so that a link can publish them. */
export function partialFolder(storageDirectory: string): string {
  return join(storageDirectory, 'partial');
}

export interface PartialFile {
  readonly absolutePath: string;
  readonly handle: FileHandle;
}

/** Makes the folder again where someone has emptied the storage under a running server. */
export async function createPartialFile(storageDirectory: string): Promise<PartialFile> {
  const folder = partialFolder(storageDirectory);
  const absolutePath = join(folder, randomUUID());
  const handle = await ignoringCode('ENOENT', open(absolutePath, 'wx', 0o600));
  if (handle !== null) return { absolutePath, handle };
  await mkdir(folder, { recursive: true, mode: 0o700 });
  return { absolutePath, handle: await open(absolutePath, 'wx', 0o600) };
}

export async function removePartialFile({ absolutePath, handle }: PartialFile): Promise<void> {
  await handle.close();
  await ignoringCode('ENOENT', unlink(absolutePath));
}

export interface SweepOptions {
  /** A living upload writes more often than this. Younger files may belong to another process. */
  readonly staleAfterMs: number;
  readonly nowEpochMs: number;
}

/** Removes what uploads left behind whose process died. Creates the folder where there is none. */
export async function sweepPartialFiles(storageDirectory: string, options: SweepOptions): Promise<number> {
  const folder = partialFolder(storageDirectory);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  let swept = 0;
  for await (const path of walkFiles(folder)) {
    const absolutePath = join(folder, path);
    const stats = await ignoringCode('ENOENT', stat(absolutePath));
    if (stats === null || options.nowEpochMs - stats.mtimeMs < options.staleAfterMs) continue;
    await rm(absolutePath, { force: true });
    swept += 1;
  }
  return swept;
}
