import { basename } from 'node:path';
import { findNxDataFolder } from './nx-data-folder.ts';
import { readNxDaemonPid } from './read-nx-daemon-pid.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** Hooks run in a worker of nx, unless `NX_ISOLATE_PLUGINS` is false. */
function isWorker(): boolean {
  return basename(process.argv[1] ?? '').startsWith('plugin-worker');
}

/** The process of nx, or of its daemon, that the hooks run for: it lives as long as the run, or longer. */
export function findHostPid(): number {
  return isWorker() ? process.ppid : process.pid;
}

/** Whether this process is nx's daemon, which serves other runs, too. Every major says so in this way. */
export function isNxDaemon(): boolean {
  return (globalThis as { readonly NX_DAEMON?: unknown }).NX_DAEMON === true;
}

/**
 * Whether this process is there as long as the run: nx itself or a worker of it. A worker of nx's daemon ends with
 * whichever run ends first, and that daemon when it thinks fit.
 */
export function lastsAsLongAsRun(workspaceRoot: string, env: Env): boolean {
  if (env['NX_DAEMON_PROCESS'] === 'true') return false;
  // Nx 20 and 21 do not set the variable.
  return readNxDaemonPid(findNxDataFolder(workspaceRoot, env)) !== findHostPid();
}
