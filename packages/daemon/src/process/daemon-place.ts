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
  const settings = Object.entries(env).filter(([name]) => name.startsWith('LARDER_') && !perRun.has(name));
  const key = createHash('sha256')
    .update(JSON.stringify([version, rootAbsolute, readSettings(rootAbsolute), settings.toSorted(byName)]))
    .digest('hex')
    .slice(0, 16);
  const file = (extension: string) => join(folderAbsolute, `${key}.${extension}`);
  return { rootAbsolute, folderAbsolute, recordFile: file('json'), lockFile: file('lock'), logFile: file('log') };
}

/** The folder of all daemons that a user has in a workspace. */
export function daemonFolder(rootAbsolute: string): string {
  return join(rootAbsolute, '.larder', 'state', 'daemon', `user-${process.getuid?.() ?? 'only'}`);
}

/** Set for tasks and plugins, not by people. */
const perRun: ReadonlySet<string> = new Set(['LARDER_NX_CACHE_SERVER']);

function byName([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1;
}

/** The text of `larder.json`, and what nx.json says about Larder. */
function readSettings(rootAbsolute: string): unknown {
  return [readIfPresent(join(rootAbsolute, 'larder.json')), readNxSettings(rootAbsolute)];
}

function readNxSettings(rootAbsolute: string): unknown {
  const nx = readIfPresent(join(rootAbsolute, 'nx.json'));
  if (nx === null || !nx.includes('"larder"')) return null;
  // The rest of nx.json changes often and is none of the daemon's business.
  try {
    return (JSON.parse(nx) as { readonly larder?: unknown }).larder ?? null;
  } catch {
    return nx;
  }
}

function readIfPresent(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
