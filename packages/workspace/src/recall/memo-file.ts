import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import type { DebugLog } from '@larder/core';

import { encodeMemo } from './encode-memo.ts';
import type { EncodedMemo } from './encode-memo.ts';
import { memoFolder } from './memo-salt.ts';

/** A person alternates between a few commands; beyond these the oldest go. */
const keptMemos = 32;
/** Of a writer that was killed. */
const abandonedAfterMs = 60 * 60 * 1000;

export interface MemoFile {
  readonly bytes: Buffer;
  /** When it was written, or last touched by `touchMemo`; milliseconds since the epoch. */
  readonly usedAtMs: number;
}

/** What was written for a key; null where there is nothing. */
export function readMemoFile(stateDirectoryAbsolute: string, key: string): MemoFile | null {
  const file = join(memoFolder(stateDirectoryAbsolute), key);
  try {
    return { bytes: readFileSync(file), usedAtMs: statSync(file).mtimeMs };
  } catch {
    return null;
  }
}

/** Marks a memo as used now: the oldest go first. */
export function touchMemo(stateDirectoryAbsolute: string, key: string): void {
  try {
    const now = new Date();
    utimesSync(join(memoFolder(stateDirectoryAbsolute), key), now, now);
  } catch {
    return;
  }
}

/** When the memo of a key was last known to stand, on the clock of whoever watches; `''` where nobody said. */
export function readMemoClock(stateDirectoryAbsolute: string, key: string): string {
  try {
    return readFileSync(clockFile(stateDirectoryAbsolute, key), 'utf8');
  } catch {
    return '';
  }
}

/** An older clock than the memo's is no harm: it only doubts more. */
export function writeMemoClock(stateDirectoryAbsolute: string, key: string, clock: string): void {
  try {
    writeFileSync(clockFile(stateDirectoryAbsolute, key), clock, { mode: 0o600 });
  } catch {
    return;
  }
}

function clockFile(stateDirectoryAbsolute: string, key: string): string {
  return join(memoFolder(stateDirectoryAbsolute), `${key}.clock`);
}

/**
 * Replaces the memo of a key by a rename. Failing costs time in the next run and nothing else, so it is only logged;
 * `false`: what is there is older, and no clock may vouch for it.
 */
export function writeMemoFile(
  stateDirectoryAbsolute: string,
  key: string,
  { memo, log }: { readonly memo: EncodedMemo; readonly log: DebugLog },
): boolean {
  const folder = memoFolder(stateDirectoryAbsolute);
  const partial = join(folder, `${crypto.randomUUID()}.partial`);
  let isWritten = false;
  try {
    mkdirSync(folder, { recursive: true });
    writeFileSync(partial, encodeMemo(memo), { flag: 'wx', mode: 0o600 });
    renameSync(partial, join(folder, key));
    isWritten = true;
    removeOldMemos(folder);
  } catch (error) {
    log(`this run cannot be recalled: ${String(error)}`);
    if (!isWritten) removePartial(partial);
  }
  return isWritten;
}

function removePartial(partial: string): void {
  try {
    rmSync(partial, { force: true });
  } catch {
    // Nothing was written where nothing can be reached.
    return;
  }
}

function removeOldMemos(folder: string): void {
  const files = readdirSync(folder).map((name) => ({
    name,
    writtenAtMs: statSync(join(folder, name), { throwIfNoEntry: false })?.mtimeMs ?? 0,
  }));
  const memos = files.filter(({ name }) => memoName.test(name)).sort((a, b) => b.writtenAtMs - a.writtenAtMs);
  const old = memos.slice(keptMemos).flatMap(({ name }) => [name, `${name}.clock`]);
  const abandoned = files
    .filter(({ name, writtenAtMs }) => name.endsWith('.partial') && writtenAtMs < Date.now() - abandonedAfterMs)
    .map(({ name }) => name);
  for (const name of [...old, ...abandoned]) rmSync(join(folder, name), { force: true });
}

const memoName = /^[0-9a-f]{32}$/;
