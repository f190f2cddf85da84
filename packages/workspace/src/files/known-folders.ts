import type { Stats } from 'node:fs';

import { createStatProof, findBrokenRow, lookAt, ProofKind, toProofRow } from '../recall/stat-proof.ts';
import type { StatProof } from '../recall/stat-proof.ts';
import { isRacy } from '../state/racy-clean.ts';
import { nameOfFolder } from './folder-tree.ts';
import type { FolderTree } from './folder-tree.ts';

/** A listing, with what proves of each folder that it holds the same names still. */
export interface KnownFolders {
  readonly tree: FolderTree;
  /** Four numbers a folder: mtime and ctime in milliseconds, inode and mode. A folder without is read again. */
  readonly stamps: Float64Array;
  /** The files of ignore rules that were read, or looked for. */
  readonly rules: StatProof;
  /** Where the repository around the workspace is, as text. */
  readonly repository: string;
}

export const stampSize = 4;

/** A listing as it was made: not yet proved by anything. */
export interface ListedFolders {
  readonly tree: FolderTree;
  readonly rulesFiles: readonly string[];
  readonly repository: string;
  /** Wall clock, before anything was read. */
  readonly startedAtMs: number;
  /** Stamps that were taken before their folders were read, or that held; null where none was. */
  readonly stamps: Float64Array | null;
}

/**
 * Looks at the folders after they were listed: one that did not change since before the listing began holds what was
 * listed. Null where the rules changed so lately that they need not be those that were read.
 */
export function stampFolders(rootAbsolute: string, listed: ListedFolders, skewMs: number): KnownFolders | null {
  const { tree, startedAtMs, repository } = listed;
  const observedMs = startedAtMs + skewMs;
  const isSettled = (stats: Stats): boolean => !isRacy(stats.mtimeMs, stats.ctimeMs, observedMs);
  const rules = listed.rulesFiles.map((path) => ({ path, stats: lookAt(path) ?? undefined }));
  if (rules.some(({ stats }) => stats !== undefined && !isSettled(stats))) return null;
  const stamps = listed.stamps?.slice() ?? new Float64Array(tree.folders.length * stampSize).fill(NaN);
  for (const [row, folder] of tree.folders.entries()) {
    if (!Number.isNaN(stamps[row * stampSize])) continue;
    const stats = lookAtFolder(rootAbsolute, folder);
    if (stats?.isDirectory() === true && isSettled(stats)) setStamp(stamps, row, stats);
  }
  const proof = createStatProof(rules.map(({ path, stats }) => toProofRow(path, ProofKind.same, stats)));
  return { tree, stamps, rules: proof, repository };
}

/** How many folders would be read the next time. */
export function countUnstamped(stamps: Float64Array): number {
  let count = 0;
  for (let start = 0; start < stamps.length; start += stampSize) if (Number.isNaN(stamps[start])) count += 1;
  return count;
}

export function haveSameRules(known: Pick<KnownFolders, 'rules'>, rootAbsolute: string): boolean {
  return findBrokenRow(known.rules, rootAbsolute) === null;
}

/** Of each folder whether it holds what it held. */
export function findUnchanged(rootAbsolute: string, known: StampedFolders): Uint8Array {
  const unchanged = new Uint8Array(known.tree.folders.length);
  for (const row of unchanged.keys()) if (isUnchanged(rootAbsolute, known, row)) unchanged[row] = 1;
  return unchanged;
}

export type StampedFolders = Pick<KnownFolders, 'tree' | 'stamps'>;

/** Whether one folder holds what it held. */
export function isUnchanged(rootAbsolute: string, { tree, stamps }: StampedFolders, row: number): boolean {
  if (Number.isNaN(stamps[row * stampSize])) return false;
  const stats = lookAtFolder(rootAbsolute, tree.folders[row]!);
  return stats !== undefined && hasStamp(stamps, row, stats);
}

function setStamp(stamps: Float64Array, row: number, { mtimeMs, ctimeMs, ino, mode }: Stats): void {
  stamps.set([mtimeMs, ctimeMs, ino, mode], row * stampSize);
}

function hasStamp(stamps: Float64Array, row: number, { mtimeMs, ctimeMs, ino, mode }: Stats): boolean {
  const start = row * stampSize;
  return (
    stamps[start] === mtimeMs &&
    stamps[start + 1] === ctimeMs &&
    stamps[start + 2] === ino &&
    stamps[start + 3] === mode
  );
}

/** What cannot be looked at is read again, and reported then. */
function lookAtFolder(rootAbsolute: string, folder: string): Stats | undefined {
  return lookAt(folder === '' ? rootAbsolute : `${rootAbsolute}/${nameOfFolder(folder)}`) ?? undefined;
}
