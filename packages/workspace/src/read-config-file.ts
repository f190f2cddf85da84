import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { asWorkspacePath, isJsonObject, parseJsonc, type ConfigFile, type WorkspacePath } from '@larder/core';

/** `larder.json` with the `nx.json` beside it, or the one that is there; null where there is neither. */
export function readConfigFile(rootAbsolute: string): ConfigFile | null {
  return findConfigFile(rootAbsolute, (path) => readIfPresent(join(rootAbsolute, path)));
}

/** The same among files that are read in another way. */
export function findConfigFile(
  rootAbsolute: string,
  readText: (path: WorkspacePath) => string | null,
): ConfigFile | null {
  const text = readText(asWorkspacePath('larder.json'));
  const nx = findNxFile(rootAbsolute, readText);
  if (text === null) return nx;
  return { path: asWorkspacePath('larder.json'), text, kind: 'larder', ...(nx === null ? {} : { beside: nx }) };
}

function findNxFile(rootAbsolute: string, readText: (path: WorkspacePath) => string | null): ConfigFile | null {
  const text = readText(asWorkspacePath('nx.json'));
  if (text === null) return null;
  const base = text.includes('"extends"') ? readExtended(rootAbsolute, text, readText) : null;
  return { path: asWorkspacePath('nx.json'), text, kind: 'nx', ...(base === null ? {} : { base }) };
}

/** As Nx resolves it: a file of the workspace (`./base.json`), or of a package (`nx/presets/npm.json`). */
function readExtended(
  rootAbsolute: string,
  text: string,
  readText: (path: WorkspacePath) => string | null,
): NonNullable<ConfigFile['base']> | null {
  const { value } = parseJsonc(text, asWorkspacePath('nx.json'));
  const name = isJsonObject(value) ? value['extends'] : undefined;
  if (typeof name !== 'string' || name === '') return null;
  if (name.startsWith('./')) return { name: name.slice(2), text: readText(asWorkspacePath(name.slice(2))) };
  return { name, text: readFromPackage(rootAbsolute, name) };
}

function readFromPackage(rootAbsolute: string, name: string): string | null {
  try {
    return readIfPresent(createRequire(join(rootAbsolute, 'package.json')).resolve(name));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'MODULE_NOT_FOUND' || code === 'ERR_PACKAGE_PATH_NOT_EXPORTED') return null;
    throw error;
  }
}

function readIfPresent(pathAbsolute: string): string | null {
  try {
    return readFileSync(pathAbsolute, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw new Error(`Cannot read ${pathAbsolute}`, { cause: error });
  }
}
