import { readlinkSync, type Stats } from 'node:fs';
import { lookAt } from './output-tree.ts';
import { placePath } from './place-path.ts';

/** What tells that a file was not written since: of the path itself, links are not followed. */
export interface FileStat {
  /** Permission bits, 0o777 at most. */
  readonly mode: number;
  readonly sizeBytes: number;
  /** Milliseconds with fractions, as the file system gives them. */
  readonly mtimeMs: number;
  readonly ctimeMs: number;
  readonly ino: number;
}

/** An output as it stands on disk. */
export type FoundOutput =
  | { readonly kind: 'file' | 'directory'; readonly path: string; readonly stat: FileStat }
  | { readonly kind: 'symlink'; readonly path: string; readonly stat: FileStat; readonly target: string };

/** Null where nothing is there, or something that is neither file, directory nor symbolic link. */
export function findOutput(rootAbsolute: string, path: string): FoundOutput | null {
  const stats = lookAt(rootAbsolute, path);
  if (stats === undefined) return null;
  const stat = toFileStat(stats);
  if (stats.isFile()) return { kind: 'file', path, stat };
  if (stats.isDirectory()) return { kind: 'directory', path, stat };
  return stats.isSymbolicLink()
    ? { kind: 'symlink', path, stat, target: readlinkSync(placePath(rootAbsolute, path)) }
    : null;
}

export function toFileStat(stats: Stats): FileStat {
  const { size, mtimeMs, ctimeMs, ino } = stats;
  return { mode: stats.mode & 0o777, sizeBytes: size, mtimeMs, ctimeMs, ino };
}

/** Whether neither the contents nor the mode can have changed between the two. */
export function isSameStat(a: FileStat, b: FileStat): boolean {
  return (
    a.mtimeMs === b.mtimeMs &&
    a.ctimeMs === b.ctimeMs &&
    a.sizeBytes === b.sizeBytes &&
    a.ino === b.ino &&
    a.mode === b.mode
  );
}
