import { lstatSync, readdirSync, type Dirent, type Stats } from 'node:fs';
import { join } from 'node:path';

import { asDigest, asWorkspacePath, type FileFacts, type WorkspaceFiles, type WorkspacePath } from '@larder/core';

import { ContentReader } from '../state/content-reader.ts';
import { isMissing } from './file-error.ts';

/** Folders that are no one's input, unless a pattern names them. */
const skippedNames = new Set(['.git', '.larder', '.nx']);

/**
 * The disk as it is at each call, whatever git ignores: for inputs that say `includeIgnored`. Nothing is
 * remembered, since tasks write such files during a run. Links are not followed.
 */
export function createDiskFiles(
  rootAbsolute: string,
  /** Told of each file and folder that is looked at, there or not. */
  onLook: (path: string) => void = () => {},
): Pick<WorkspaceFiles, 'has' | 'under' | 'factsOf'> {
  const reader = new ContentReader();
  const statOf = (path: WorkspacePath): Stats | null => {
    onLook(path);
    return readIfPresent(() => lstatSync(join(rootAbsolute, path)));
  };
  return {
    has: (path) => {
      const stat = statOf(path);
      return stat !== null && (stat.isFile() || stat.isSymbolicLink());
    },
    under: (directory) => listBelow(rootAbsolute, directory, onLook).sort(),
    factsOf: (path) => {
      const stat = statOf(path);
      return stat === null ? null : readIfPresent(() => readFacts(join(rootAbsolute, path), stat, reader));
    },
  };
}

function listBelow(rootAbsolute: string, directory: WorkspacePath, onLook: (path: string) => void): WorkspacePath[] {
  const found: WorkspacePath[] = [];
  const folders: string[] = [directory];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    const here = folder;
    onLook(here);
    const entries = readIfPresent(() => readdirSync(join(rootAbsolute, here), { withFileTypes: true })) ?? [];
    for (const entry of entries) {
      const path = here === '' ? entry.name : `${here}/${entry.name}`;
      if (isListed(entry)) found.push(asWorkspacePath(path));
      else if (entry.isDirectory() && !skippedNames.has(entry.name)) folders.push(path);
    }
  }
  return found;
}

function isListed(entry: Dirent): boolean {
  return entry.isFile() || entry.isSymbolicLink();
}

function readFacts(absolute: string, stat: Stats, reader: ContentReader): FileFacts | null {
  if (stat.isSymbolicLink()) {
    return { digest: asDigest(reader.digestLink(absolute).toString('hex')), kind: 'symlink', executable: false };
  }
  if (!stat.isFile()) return null;
  const digest = asDigest(reader.digestFile(absolute, stat.size).toString('hex'));
  return { digest, kind: 'file', executable: (stat.mode & 0o111) !== 0 && process.platform !== 'win32' };
}

/** Null where the file went away, which a file of a task may do at any time. */
function readIfPresent<Value>(read: () => Value): Value | null {
  try {
    return read();
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}
