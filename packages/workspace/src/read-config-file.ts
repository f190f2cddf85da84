import { lstatSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import {
  asWorkspacePath,
  describeUnreadable,
  isJsonObject,
  parseJsonc,
  type ConfigFile,
  type WorkspacePath,
} from '@larder/core';

/** `larder.json` with the `nx.json` beside it, or the one that is there; null where there is neither. */
export function readConfigFile(rootAbsolute: string): ConfigFile | null {
  return findConfigFile(rootAbsolute, (path) => readIfPresent(join(rootAbsolute, path)));
}

/** Of one file: null where there is none, and throws what the file system says where it cannot be read. */
type ReadText = (path: WorkspacePath) => string | null;

/** The same among files that are read in another way. */
export function findConfigFile(rootAbsolute: string, readText: ReadText): ConfigFile | null {
  const own = readOne('larder', readText);
  const nx = findNxFile(rootAbsolute, readText);
  if (own === null) return nx;
  return { ...own, ...(nx === null ? {} : { beside: nx }) };
}

function findNxFile(rootAbsolute: string, readText: ReadText): ConfigFile | null {
  const file = readOne('nx', readText);
  const base = file?.text.includes('"extends"') === true ? readExtended(rootAbsolute, file.text, readText) : null;
  return file === null || base === null ? file : { ...file, base };
}

function readOne(kind: ConfigFile['kind'], readText: ReadText): ConfigFile | null {
  const path = asWorkspacePath(`${kind}.json`);
  try {
    const text = readText(path);
    return text === null ? null : { path, text, kind };
  } catch (error) {
    return { path, text: '', unreadable: describeUnreadable(error), kind };
  }
}

/** As Nx resolves it: a file of the workspace (`./base.json`), or of a package (`nx/presets/npm.json`). */
function readExtended(rootAbsolute: string, text: string, readText: ReadText): NonNullable<ConfigFile['base']> | null {
  const { value } = parseJsonc(text, asWorkspacePath('nx.json'));
  const name = isJsonObject(value) ? value['extends'] : undefined;
  if (typeof name !== 'string' || name === '') return null;
  try {
    if (name.startsWith('./')) return { name: name.slice(2), text: readText(asWorkspacePath(name.slice(2))) };
    return { name, text: readFromPackage(rootAbsolute, name) };
  } catch {
    return { name, text: null };
  }
}

function readFromPackage(rootAbsolute: string, name: string): string | null {
  return readIfPresent(createRequire(join(rootAbsolute, 'package.json')).resolve(name));
}

function readIfPresent(pathAbsolute: string): string | null {
  try {
    return readFileSync(pathAbsolute, 'utf8');
  } catch (error) {
    const isThere = lstatSync(pathAbsolute, { throwIfNoEntry: false }) !== undefined;
    if ((error as NodeJS.ErrnoException).code === 'ENOENT' && !isThere) return null;
    throw error;
  }
}
