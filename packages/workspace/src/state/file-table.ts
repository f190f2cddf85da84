import type { WorkspacePath } from '@larder/core';

/**
 * What is known of each file, a row per path and a typed array per column: a table of 100,000 files
 * is a few allocations, and saving it is a copy.
 *
 * Times are milliseconds with fractions, as `fs.Stats` gives them: finer than 0.25 µs, and twice as cheap to get
 * as whole nanoseconds. Equality of the numbers is all that is asked of them.
 */
export interface FileTable {
  /** Sorted by code unit, without duplicates. */
  readonly paths: readonly WorkspacePath[];
  readonly sizeBytes: Float64Array;
  readonly mtimeMs: Float64Array;
  readonly ctimeMs: Float64Array;
  readonly inode: Float64Array;
  /** All of `st_mode`, with the kind of the file. */
  readonly mode: Uint32Array;
  /** Bits of `RowState`. */
  readonly state: Uint8Array;
  /** 16 bytes a row. */
  readonly digests: Buffer;
}

export const digestSizeBytes = 16;

export const RowState = {
  unknown: 0,
  /** The digest belongs to the stat in the other columns. */
  hasFacts: 1,
  /** The file was read so soon after its last change that another change could leave the same stat. */
  racy: 2,
  /** Compared with the disk since the table was opened or refreshed. */
  checked: 4,
  /** Was not there when it was compared. */
  gone: 8,
} as const;

export function createFileTable(paths: readonly WorkspacePath[]): FileTable {
  const count = paths.length;
  return {
    paths,
    sizeBytes: new Float64Array(count),
    mtimeMs: new Float64Array(count),
    ctimeMs: new Float64Array(count),
    inode: new Float64Array(count),
    mode: new Uint32Array(count),
    state: new Uint8Array(count),
    digests: Buffer.alloc(count * digestSizeBytes),
  };
}

/** A table for other paths, with the rows of those that both have. The table itself where the paths are the same. */
export function withPaths(table: FileTable, paths: readonly WorkspacePath[]): FileTable {
  if (hasSamePaths(table.paths, paths)) return table;
  const result = createFileTable(paths);
  let from = 0;
  let to = 0;
  while (from < table.paths.length && to < paths.length) {
    if (table.paths[from] === paths[to]) {
      const start = from;
      // Nearly all of them: a few copies of many rows, not a copy of each.
      while (from < table.paths.length && table.paths[from] === paths[to]) {
        from += 1;
        to += 1;
      }
      copyRows(table, { start, end: from }, result, to - (from - start));
    } else if ((table.paths[from] ?? '') < (paths[to] ?? '')) from += 1;
    else to += 1;
  }
  return result;
}

/** The rows for which `keep` holds, in their order; the table itself where that is all of them. */
export function selectRows(table: FileTable, keep: (row: number) => boolean): FileTable {
  return withPaths(
    table,
    table.paths.filter((_, row) => keep(row)),
  );
}

/** The first row whose path is not before `path`. */
export function lowerBound(paths: readonly string[], path: string): number {
  let low = 0;
  let high = paths.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((paths[middle] ?? '') < path) low = middle + 1;
    else high = middle;
  }
  return low;
}

interface RowRange {
  readonly start: number;
  readonly end: number;
}

function copyRows(from: FileTable, { start, end }: RowRange, to: FileTable, toStart: number): void {
  to.sizeBytes.set(from.sizeBytes.subarray(start, end), toStart);
  to.mtimeMs.set(from.mtimeMs.subarray(start, end), toStart);
  to.ctimeMs.set(from.ctimeMs.subarray(start, end), toStart);
  to.inode.set(from.inode.subarray(start, end), toStart);
  to.mode.set(from.mode.subarray(start, end), toStart);
  to.state.set(from.state.subarray(start, end), toStart);
  to.digests.set(from.digests.subarray(start * digestSizeBytes, end * digestSizeBytes), toStart * digestSizeBytes);
}

function hasSamePaths(a: readonly string[], b: readonly string[]): boolean {
  if (a.length !== b.length) return false;
  for (let index = 0; index < a.length; index += 1) if (a[index] !== b[index]) return false;
  return true;
}
