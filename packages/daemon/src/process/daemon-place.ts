import { createHash } from 'node:crypto';
import { readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';

/** Where a daemon and its clients meet: below `.larder/state/daemon/<user>`, which only that user may enter. */
export interface DaemonPlace {
  readonly rootAbsolute: string;
  readonly folderAbsolute: string;
  /** How the daemon is reached; 0600, because it holds the token. */
  readonly recordFile: string;
  /** Held while a daemon is started. */
  readonly lockFile: string;
  readonly logFile: string;
}

export interface DaemonPlaceOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly version: string;
}

/**
 * The place for this user, workspace, version and configuration. Each combination has a daemon and a token of its own:
 * a run with a reader's token never uses a daemon that holds a writer's, nor one whose code is older. Copies and
 * worktrees differ by their root.
 */
export function findDaemonPlace(workspaceRootAbsolute: string, { env, version }: DaemonPlaceOptions): DaemonPlace {
  const rootAbsolute = realpathSync.native(workspaceRootAbsolute);
  const folderAbsolute = daemonFolder(rootAbsolute);
  // Names first: each value of a process's environment is asked of the system.
  const names = Object.keys(env).filter(isDaemonSetting).toSorted();
  const settings = names.map((name) => [name, env[name]]);
  const key = createHash('sha256')
    .update(JSON.stringify([version, rootAbsolute, readSettings(rootAbsolute), settings]))
    .digest('hex')
    .slice(0, 16);
  const file = (extension: string) => join(folderAbsolute, `${key}.${extension}`);
  return { rootAbsolute, folderAbsolute, recordFile: file('json'), lockFile: file('lock'), logFile: file('log') };
}

/** The folder of all daemons that a user has in a workspace. */
export function daemonFolder(rootAbsolute: string): string {
  return join(rootAbsolute, '.larder', 'state', 'daemon', `user-${process.getuid?.() ?? 'only'}`);
}

/** How to reach the server, and as whom: an identity of CI belongs to one job, and no other job may act under it. */
const settingNames =
  /^(?:LARDER_.*|https?_proxy|no_proxy|HTTPS?_PROXY|NO_PROXY|NODE_EXTRA_CA_CERTS|ACTIONS_ID_TOKEN_REQUEST_.*)$/;

/** Whether a daemon that was started with another value of this variable is another daemon. */
export function isDaemonSetting(name: string): boolean {
  return settingNames.test(name) && !perRun.has(name);
}

/** Set for tasks and plugins, not by people; or about whether there is a daemon at all. */
const perRun: ReadonlySet<string> = new Set(['LARDER_NX_CACHE_SERVER', 'LARDER_NX_RUN', 'LARDER_DAEMON']);

/** The text of `larder.json`, and what nx.json and the file that it extends say about Larder. */
function readSettings(rootAbsolute: string): unknown {
  const nx = readNxSettings(rootAbsolute, 'nx.json');
  const base = typeof nx.base === 'string' ? readNxSettings(rootAbsolute, nx.base).larder : null;
  return [readIfPresent(join(rootAbsolute, 'larder.json')), nx.larder, base];
}

/** The rest of the file changes often and is none of the daemon's business. */
function readNxSettings(rootAbsolute: string, name: string): { readonly larder: unknown; readonly base: unknown } {
  const text = readIfPresent(join(rootAbsolute, name));
  if (text === null || !/"(?:larder|extends)"/.test(text)) return { larder: null, base: null };
  try {
    const { larder = null, extends: base = null } = JSON.parse(text) as { larder?: unknown; extends?: unknown };
    return { larder, base };
  } catch {
    // Comments stand in it, or it is being edited: every change of it counts then.
    return { larder: text, base: null };
  }
}

function readIfPresent(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
