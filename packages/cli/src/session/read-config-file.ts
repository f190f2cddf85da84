import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { asWorkspacePath, type ConfigSources, type WorkspacePath } from '@larder/core';

/** `larder.json` wins over `nx.json`; null where there is neither. */
export function readConfigFile(rootAbsolute: string): ConfigSources['file'] {
  return findConfigFile((path) => readIfPresent(join(rootAbsolute, path)));
}

/** The same among files that are read in another way. */
export function findConfigFile(readText: (path: WorkspacePath) => string | null): ConfigSources['file'] {
  const own = readText(asWorkspacePath('larder.json'));
  if (own !== null) return { path: asWorkspacePath('larder.json'), text: own, kind: 'larder' };
  const nx = readText(asWorkspacePath('nx.json'));
  return nx === null ? null : { path: asWorkspacePath('nx.json'), text: nx, kind: 'nx' };
}

function readIfPresent(pathAbsolute: string): string | null {
  try {
    return readFileSync(pathAbsolute, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw new Error(`Cannot read ${pathAbsolute}`, { cause: error });
  }
}
