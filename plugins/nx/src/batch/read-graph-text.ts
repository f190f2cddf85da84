import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findNxDataFolder } from '../plugin/nx-data-folder.ts';

/** The project graph as Nx has just written it for the run; empty where it did not. */
export function readGraphText(
  workspaceRootAbsolute: string,
  env: Readonly<Record<string, string | undefined>>,
): string {
  try {
    return readFileSync(join(findNxDataFolder(workspaceRootAbsolute, env), 'project-graph.json'), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}

/** Whether targets were adopted: their executor is Larder's. */
export function namesAdopted(graphText: string): boolean {
  return graphText.includes('"@larder/nx:run"');
}
