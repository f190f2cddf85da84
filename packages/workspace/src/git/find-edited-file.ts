import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { WorkspacePath } from '@larder/core';
import { findRepository } from '../files/find-repository.ts';
import { lookAt } from '../recall/stat-proof.ts';

// An entry of versions 2 and 3 of the index, gitformat-index(5): stat fields, SHA-1, flags, perhaps more flags, path, NUL.
const headerSizeBytes = 12;
const alignment = 8;
const modeAt = 24;
const sizeAt = 36;
const flagsAt = 60;
const pathAt = 62;
const nameLengthMask = 0xfff;
const fileModes: ReadonlySet<number> = new Set([0o100644, 0o100755]);

/**
 * One of the files that git calls modified without reading it, because its size is not the one in the index. Null says nothing:
 * none was found, or the index is of a form that is git's to read. Costs a look at each path, and no process.
 */
export function findEditedFile(rootAbsolute: string, paths: readonly WorkspacePath[]): WorkspacePath | null {
  const repository = findRepository(rootAbsolute);
  const index = repository === null ? null : readIndex(join(repository.gitDirectoryAbsolute, 'index'));
  if (repository === null || index === null) return null;
  const isEdited = (path: WorkspacePath): boolean => {
    const indexed = findIndexedSize(index, `${repository.prefix}${path}`);
    if (indexed === null) return false;
    const stats = lookAt(join(rootAbsolute, path));
    // The index has the lower half of longer sizes.
    return stats?.isFile() === true && stats.size >>> 0 !== indexed;
  };
  return paths.find(isEdited) ?? null;
}

function readIndex(fileAbsolute: string): Buffer | null {
  try {
    const bytes = readFileSync(fileAbsolute);
    const version = bytes.toString('latin1', 0, 4) === 'DIRC' ? bytes.readUInt32BE(4) : 0;
    return version === 2 || version === 3 ? bytes : null;
  } catch {
    return null;
  }
}

/** Null where no entry of a plain file is found that git compares with the disk. */
function findIndexedSize(index: Buffer, path: string): number | null {
  const name = Buffer.from(`${path}\0`, 'utf8');
  for (let at = index.indexOf(name); at !== -1; at = index.indexOf(name, at + 1)) {
    const start = at - pathAt;
    if (start < headerSizeBytes || (start - headerSizeBytes) % alignment !== 0) continue;
    // Conflicts, files that git was told to take for unchanged, and entries with more flags have other bits set.
    const isPlain = index.readUInt16BE(start + flagsAt) === Math.min(name.length - 1, nameLengthMask);
    const isFile = fileModes.has(index.readUInt32BE(start + modeAt));
    const sizeBytes = index.readUInt32BE(start + sizeAt);
    // Of size 0 are those that git has yet to look at, too.
    if (isPlain && isFile && sizeBytes !== 0) return sizeBytes;
  }
  return null;
}
