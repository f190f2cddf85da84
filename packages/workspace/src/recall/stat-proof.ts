import { lstatSync } from 'node:fs';
import type { Stats } from 'node:fs';

import { isWatchedPath } from '../watch/watched-path.ts';
import { doubtChanged } from './doubt-changed.ts';
import { isAbsolutePath } from './is-absolute-path.ts';
import { PathList } from './path-list.ts';

/**
 * Paths with what stood there, a row each and a typed array per column: while every row holds, nothing that was
 * read through these paths has changed. A folder's row holds while no name in it is added or removed.
 */
export interface StatProof {
  /** Relative to the workspace's root, or absolute. */
  readonly paths: PathList;
  /** Of `ProofKind`. */
  readonly kinds: Uint8Array;
  /** All of `st_mode`. */
  readonly modes: Uint32Array;
  readonly sizesBytes: Float64Array;
  /** Milliseconds with fractions, as `fs.Stats` gives them; compared only for equality. */
  readonly mtimesMs: Float64Array;
  readonly ctimesMs: Float64Array;
  readonly inodes: Float64Array;
  /** So many rows at the beginning are of paths whose changes a watcher may not report. */
  readonly unwatched: number;
}

export const ProofKind = {
  /** The same file, link or folder, not touched since. */
  same: 0,
  /** Something of the same kind and mode, whatever happened inside. */
  sameMode: 1,
  /** Nothing. */
  absent: 2,
  /** Whatever stands there: such a row never holds. */
  doubtful: 3,
} as const;
export type ProofKind = (typeof ProofKind)[keyof typeof ProofKind];

export interface ProofRow {
  readonly path: string;
  readonly kind: ProofKind;
  readonly mode: number;
  readonly sizeBytes: number;
  readonly mtimeMs: number;
  readonly ctimeMs: number;
  readonly inode: number;
  /** Whether the file has other names, under which it can be written where nobody watches. */
  readonly isShared: boolean;
}

export function toProofRow(path: string, kind: ProofKind, stats: Stats | undefined): ProofRow {
  if (stats === undefined) {
    return { path, kind: ProofKind.absent, mode: 0, sizeBytes: 0, mtimeMs: 0, ctimeMs: 0, inode: 0, isShared: false };
  }
  const { mode, size, mtimeMs, ctimeMs, ino } = stats;
  const isShared = stats.nlink > 1 && !stats.isDirectory();
  return { path, kind, mode, sizeBytes: size, mtimeMs, ctimeMs, inode: ino, isShared };
}

/**
 * For a path that may have changed while it was read, so that what stands there now need not be what was read. It comes first
 * of all and is looked at whatever a watcher says: nothing has to happen for such a row to be broken. A folder's stands for
 * all below it. `stats`: of what is there now, if anything is.
 */
export function toDoubtfulRow(path: string, stats: Stats | undefined): ProofRow {
  const row = toProofRow(path, ProofKind.doubtful, stats);
  return { ...row, kind: ProofKind.doubtful, ctimeMs: Number.MAX_VALUE };
}

/**
 * What no watcher reports comes first, and then what changed last: it is the likeliest to change again, and the first
 * broken row ends the search.
 */
export function createStatProof(rows: readonly ProofRow[]): StatProof {
  const unique = [...takeOneOfEach(rows)].sort((a, b) => b.ctimeMs - a.ctimeMs);
  const { unwatched = [], watched = [] } = Object.groupBy(unique, (row) => (isReported(row) ? 'watched' : 'unwatched'));
  const sorted = [...unwatched, ...watched];
  const proof: StatProof = {
    paths: PathList.of(sorted.map(({ path }) => path)),
    kinds: new Uint8Array(sorted.length),
    modes: new Uint32Array(sorted.length),
    sizesBytes: new Float64Array(sorted.length),
    mtimesMs: new Float64Array(sorted.length),
    ctimesMs: new Float64Array(sorted.length),
    inodes: new Float64Array(sorted.length),
    unwatched: unwatched.length,
  };
  for (const [index, row] of sorted.entries()) {
    proof.kinds[index] = row.kind;
    proof.modes[index] = row.mode;
    proof.sizesBytes[index] = row.sizeBytes;
    proof.mtimesMs[index] = row.mtimeMs;
    proof.ctimesMs[index] = row.ctimeMs;
    proof.inodes[index] = row.inode;
  }
  return proof;
}

function isReported({ path, kind, isShared }: ProofRow): boolean {
  return kind !== ProofKind.doubtful && !isShared && !isAbsolutePath(path) && isWatchedPath(path);
}

/** Of two rows for a path the later one, unless it proves less: a folder of outputs may hold files that were listed. */
function takeOneOfEach(rows: readonly ProofRow[]): Iterable<ProofRow> {
  const unique = new Map<string, ProofRow>();
  for (const row of rows) {
    const provesLess = row.kind === ProofKind.sameMode && unique.get(row.path)?.kind === ProofKind.same;
    if (!provesLess) unique.set(row.path, row);
  }
  return unique.values();
}

/** A row that does not hold any more. */
export interface BrokenRow {
  readonly path: string;
  readonly kind: ProofKind;
  /** Of what stood there. */
  readonly mode: number;
}

/**
 * The first path whose row no longer holds; null where all hold. One `lstat` a row, and nothing else. `changed` are the
 * paths that a watcher saw change since the rows held: then only those rows are looked at that it does not vouch for.
 */
export function findBrokenRow(
  proof: StatProof,
  rootAbsolute: string,
  changed: readonly string[] | null = null,
): string | null {
  for (const { path } of walkBrokenRows(proof, rootAbsolute, changed)) return path;
  return null;
}

/** All of them, each looked at when it is asked for. */
export function* walkBrokenRows(
  proof: StatProof,
  rootAbsolute: string,
  changed: readonly string[] | null,
): Generator<BrokenRow, undefined> {
  const { paths, kinds, modes, sizesBytes, mtimesMs, ctimesMs, inodes } = proof;
  // The way from the working directory is shorter for the system, and needs no other text for each row.
  const isHere = rootAbsolute === process.cwd();
  const isDoubtful = changed === null ? null : doubtChanged(changed);
  let row = -1;
  for (const path of paths) {
    row += 1;
    const kind = kinds[row] as ProofKind;
    if (kind === ProofKind.doubtful) {
      yield { path, kind, mode: modes[row]! };
      continue;
    }
    if (row >= proof.unwatched && isDoubtful?.(path) === false) continue;
    const isWhole = isAbsolutePath(path) || (isHere && path !== '');
    const stats = lookAt(isWhole ? path : `${rootAbsolute}/${path}`);
    const holds =
      stats === null || stats === undefined || kind === ProofKind.absent
        ? stats === undefined && kind === ProofKind.absent
        : modes[row] === stats.mode &&
          (kind === ProofKind.sameMode ||
            (mtimesMs[row] === stats.mtimeMs &&
              ctimesMs[row] === stats.ctimeMs &&
              sizesBytes[row] === stats.size &&
              inodes[row] === stats.ino));
    if (!holds) yield { path, kind, mode: modes[row]! };
  }
}

const statOptions = { throwIfNoEntry: false } as const;

/** Undefined where nothing is there; null where that cannot be told: a file took the place of its folder, say. */
export function lookAt(path: string): Stats | undefined | null {
  try {
    return lstatSync(path, statOptions);
  } catch {
    return null;
  }
}
