import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, existsSync, openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isDaemonSetting, type DaemonPlace } from './daemon-place.ts';
import { makeFolder } from './make-folder.ts';

export interface SpawnDaemonOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  /**
   * `serve` sends a message when it listens. `watch` watches the workspace from the start, releases the lock at the
   * place itself, and has no tie to the process that starts it.
   */
  readonly role: 'serve' | 'watch';
}

/** Starts a process that outlives this one, with a log of its own. */
export function spawnDaemon(place: DaemonPlace, { env, role }: SpawnDaemonOptions): ChildProcess {
  const log = openSync(place.logFile, 'w', 0o600);
  const child = spawn(process.execPath, [findProgram(), place.rootAbsolute, place.recordFile, role], {
    cwd: place.folderAbsolute,
    detached: true,
    windowsHide: true,
    env: daemonEnv(env),
    stdio: role === 'serve' ? ['ignore', log, log, 'ipc'] : ['ignore', log, log],
  });
  closeSync(log);
  child.unref();
  return child;
}

/**
 * Starts a process that relays at a descriptor that listens, in the place of this one, until `pid` has ended. May be
 * called while this process exits.
 */
export function spawnRelay(place: DaemonPlace, options: { readonly listeningFd: number; readonly pid: number }): void {
  const args = [findProgram(), place.rootAbsolute, place.recordFile, 'relay', String(options.pid)];
  const child = spawn(process.execPath, args, {
    cwd: place.folderAbsolute,
    detached: true,
    env: daemonEnv(process.env),
    stdio: ['ignore', 'ignore', 'ignore', options.listeningFd],
  });
  // Nobody is left to be told.
  child.on('error', () => {});
  child.unref();
}

/**
 * Keeps itself out of git, as the command line does. Only where Larder's folder is new: Nx's daemon stops when such a
 * file appears, so that who made the folder during a run of Nx adds the file at its end.
 */
export function prepareFolder({ rootAbsolute, folderAbsolute }: DaemonPlace): void {
  const isNew = !existsSync(join(rootAbsolute, '.larder'));
  makeFolder(folderAbsolute);
  if (isNew) writeFileSync(join(rootAbsolute, '.larder', '.gitignore'), '*\n');
}

/** Beside this file: bundled when installed, the source itself during development. */
function findProgram(): string {
  const candidates = ['./daemon-main.js', './daemon-main.cjs', '../daemon-main.ts'].map((name) =>
    fileURLToPath(new URL(name, import.meta.url)),
  );
  return candidates.find((candidate) => existsSync(candidate)) ?? candidates[0] ?? '';
}

const inherited = /^(?:PATH|HOME|USER|USERPROFILE|TMPDIR|TEMP|TMP|SystemRoot|APPDATA|LANG)$/;

/** A process that outlives the run gets none of the run's other secrets. */
function daemonEnv(env: Readonly<Record<string, string | undefined>>): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(env).filter(([name]) => inherited.test(name) || isDaemonSetting(name)));
}
