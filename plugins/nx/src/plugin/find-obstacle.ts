import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isJsonObject } from '@larder/core';
import { isAlive } from '@larder/daemon';
import { findNxDataFolder } from './nx-data-folder.ts';

/**
 * Nx's daemon stops as soon as an ignore file is written in what it watches, and ends the run that is under way with it.
 * Larder's folder brings one of its own: so it must not be made while that daemon watches, unless the folder is ignored
 * already. Null where nothing is in the way.
 */
export function findObstacle(workspaceRoot: string, env: Readonly<Record<string, string | undefined>>): string | null {
  if (existsSync(join(workspaceRoot, '.larder', '.gitignore')) || isIgnored(workspaceRoot)) return null;
  if (!isNxDaemonAlive(findNxDataFolder(workspaceRoot, env))) return null;
  return 'Nx watches the folder .larder. Add the line .larder to .gitignore, or run "larder init".';
}

function isIgnored(workspaceRoot: string): boolean {
  return ['.gitignore', '.nxignore'].some((name) =>
    /^\/?\.larder\/?[ \t]*$/m.test(readIfPossible(join(workspaceRoot, name))),
  );
}

function isNxDaemonAlive(dataFolder: string): boolean {
  try {
    const record: unknown = JSON.parse(readFileSync(join(dataFolder, 'd', 'server-process.json'), 'utf8'));
    const pid = isJsonObject(record) ? record['processId'] : undefined;
    return typeof pid === 'number' && Number.isSafeInteger(pid) && pid > 0 && isAlive(pid);
  } catch {
    // There is none, or it is just being written by one that starts: that one reads the ignore files later.
    return false;
  }
}

function readIfPossible(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
