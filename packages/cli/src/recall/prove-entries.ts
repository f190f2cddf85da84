import { lstatSync } from 'node:fs';
import { entryFileOf, findEntry } from '@larder/cache';
import type { TaskHash } from '@larder/core';
import { ProofKind, toProofRow, type ProofRow } from '@larder/workspace';
import type { KeptMemo, RunMemo } from './run-memo.ts';

/**
 * Rows for what an answer says of the local cache: who deletes it means it, and what comes into it is a hit. Null where
 * the cache does not agree with the answer already.
 */
export function proveEntries(memo: KeptMemo, rootAbsolute: string): readonly ProofRow[] | null {
  const rows = listLookedUp(memo).map(({ directoryAbsolute, hash, isThere }) => {
    const absolute = entryFileOf(directoryAbsolute, hash);
    const stats = lstatSync(absolute, { throwIfNoEntry: false });
    // Shorter to read and to follow.
    const path = absolute.startsWith(`${rootAbsolute}/`) ? absolute.slice(rootAbsolute.length + 1) : absolute;
    return (stats !== undefined) === isThere ? toProofRow(path, ProofKind.sameMode, stats) : null;
  });
  return rows.every((row) => row !== null) ? rows : null;
}

/** Whether the local cache says what it then said; marks what the answer relies on as used. */
export function agreesWithCache(memo: RunMemo): boolean {
  try {
    return listLookedUp(memo).every(
      ({ directoryAbsolute, hash, isThere }) => (findEntry(directoryAbsolute, hash) !== null) === isThere,
    );
  } catch {
    return false;
  }
}

interface LookedUp {
  readonly directoryAbsolute: string;
  readonly hash: TaskHash;
  readonly isThere: boolean;
}

function listLookedUp(memo: KeptMemo): readonly LookedUp[] {
  if (memo.kind === 'nothing') return [];
  const directoryAbsolute = memo.cacheDirectoryAbsolute;
  if (memo.kind !== 'plan') return memo.settled.map(({ hash }) => ({ directoryAbsolute, hash, isThere: true }));
  return memo.plan.entries.flatMap(({ hash, cache }) => {
    if (hash.kind === 'deferred' || cache.kind === 'uncacheable' || cache.kind === 'deferred') return [];
    return [{ directoryAbsolute, hash: hash.hash, isThere: cache.kind === 'hit' }];
  });
}
