import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isAlive } from '@larder/daemon';
import { excludeFromGit } from './exclude-from-git.ts';
import { findNxDataFolder } from './nx-data-folder.ts';
import { readNxDaemonPid } from './read-nx-daemon-pid.ts';

type Env = Readonly<Record<string, string | undefined>>;

/**
 * Larder's folder without the file that keeps it out of git: Nx's daemon stops itself when a `.gitignore` appears, and
 * the run that it serves fails.
 */
export function makeStateFolder(workspaceRootAbsolute: string): void {
  mkdirSync(join(workspaceRootAbsolute, '.larder', 'state'), { recursive: true });
}

/**
 * Keeps the folder out of git, where nobody does: by that file, or while Nx's daemon watches, which may serve others' runs
 * too, by a file of git's that it does not watch.
 */
export function ignoreStateFolder(workspaceRootAbsolute: string, env: Env): void {
  const own = join(workspaceRootAbsolute, '.larder', '.gitignore');
  if (existsSync(own) || isIgnored(workspaceRootAbsolute)) return;
  try {
    const nxDaemonPid = readNxDaemonPid(findNxDataFolder(workspaceRootAbsolute, env));
    if (nxDaemonPid !== null && isAlive(nxDaemonPid)) excludeFromGit(workspaceRootAbsolute, '.larder/');
    else writeFileSync(own, '*\n', { flag: 'wx' });
  } catch {
    // Somebody else was first, or the file cannot be written: then git shows the folder, and nothing else is wrong.
  }
}

function isIgnored(workspaceRootAbsolute: string): boolean {
  return ['.gitignore', '.nxignore'].some((name) =>
    /^\/?\.larder\/?[ \t]*$/m.test(readIfPossible(join(workspaceRootAbsolute, name))),
  );
}

function readIfPossible(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
