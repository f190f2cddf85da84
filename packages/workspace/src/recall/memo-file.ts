import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import type { DebugLog } from '@larder/core';

import { encodeMemo } from './encode-memo.ts';
import type { EncodedMemo } from './encode-memo.ts';
import { memoFolder, saltFile } from './memo-salt.ts';

/** A person alternates between a few commands; beyond these the oldest go. */
const keptMemos = 32;
/** Of a writer that was killed. */
const abandonedAfterMs = 60 * 60 * 1000;

/** The bytes that were written for a key; null where there are none. */
export function readMemoFile(stateDirectoryAbsolute: string, key: string): Buffer | null {
  try {
    return readFileSync(join(memoFolder(stateDirectoryAbsolute), key));
  } catch {
    return null;
  }
}

/** Replaces the memo of a key by a rename. Failing costs time in the next run and nothing else, so it is only logged. */
export function writeMemoFile(
  stateDirectoryAbsolute: string,
  key: string,
  { memo, log }: { readonly memo: EncodedMemo; readonly log: DebugLog },
): void {
  const folder = memoFolder(stateDirectoryAbsolute);
  const partial = join(folder, `${crypto.randomUUID()}.partial`);
  try {
    mkdirSync(folder, { recursive: true });
    writeFileSync(partial, encodeMemo(memo), { flag: 'wx', mode: 0o600 });
    renameSync(partial, join(folder, key));
    removeOldMemos(folder);
  } catch (error) {
    log(`this run cannot be recalled: ${String(error)}`);
    rmSync(partial, { force: true });
  }
}

function removeOldMemos(folder: string): void {
  const files = readdirSync(folder).map((name) => {
    const absolute = join(folder, name);
    return { name, absolute, writtenAtMs: statSync(absolute, { throwIfNoEntry: false })?.mtimeMs ?? 0 };
  });
  const isPartial = ({ absolute }: (typeof files)[number]): boolean => absolute.endsWith('.partial');
  const abandoned = files.filter((file) => isPartial(file) && file.writtenAtMs < Date.now() - abandonedAfterMs);
  const memos = files
    .filter((file) => !isPartial(file) && file.name !== saltFile)
    .sort((a, b) => b.writtenAtMs - a.writtenAtMs);
  for (const { absolute } of [...abandoned, ...memos.slice(keptMemos)]) rmSync(absolute, { force: true });
}
