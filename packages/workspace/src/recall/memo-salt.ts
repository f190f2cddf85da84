import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const saltBytes = 16;
const saltFile = 'salt';

/** The folder of the memos, in the state folder. */
export function memoFolder(stateDirectoryAbsolute: string): string {
  return join(stateDirectoryAbsolute, 'memos');
}

/** Null where nothing was ever remembered in this workspace. */
export function readSalt(stateDirectoryAbsolute: string): string | null {
  try {
    return readFileSync(join(memoFolder(stateDirectoryAbsolute), saltFile), 'utf8');
  } catch {
    return null;
  }
}

/** The salt of this workspace, made where there is none. Throws where it cannot be written. */
export function ensureSalt(stateDirectoryAbsolute: string): string {
  const known = readSalt(stateDirectoryAbsolute);
  if (known !== null) return known;
  const folder = memoFolder(stateDirectoryAbsolute);
  mkdirSync(folder, { recursive: true });
  try {
    writeFileSync(join(folder, saltFile), randomBytes(saltBytes).toString('hex'), { flag: 'wx', mode: 0o600 });
  } catch (error) {
    // Another process was quicker.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  return readFileSync(join(folder, saltFile), 'utf8');
}
