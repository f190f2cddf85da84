import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { makeWorkspace } from './make-workspace.ts';
import { larder, larderEvents, type RunOptions } from './run-larder.ts';

/** Runs want a daemon, which does not outlive the tests for long. */
export const on = { env: { LARDER_DAEMON: 'on', LARDER_DAEMON_IDLE_SECONDS: '60' } };
export const patience = { timeout: 60_000, interval: 50 };
/** Of the one project, `one`, whose build puts all sources into `dist/all`. */
export const source = 'packages/one/src/a.txt';

/** Its daemons end with the test. */
export function watchedWorkspace(): string {
  const root = makeWorkspace({
    '.gitignore': 'dist\nnode_modules\n',
    'package.json': { name: 'acme', private: true, workspaces: ['packages/*'] },
    'package-lock.json': { name: 'acme', lockfileVersion: 3, packages: {} },
    'larder.json': { targetDefaults: { build: { cache: true, outputs: ['{projectRoot}/dist'] } } },
    'packages/one/package.json': { name: 'one', scripts: { build: 'mkdir -p dist && cat src/* > dist/all' } },
    [source]: 'a\n',
  });
  onTestFinished(async () => void (await larder(root, ['daemon', 'stop', '--force'], on)));
  return root;
}

/** What became of the one task. */
export async function build(root: string, options: RunOptions = on): Promise<string | undefined> {
  return (await larderEvents(root, ['run-many', '-t', 'build'], options)).outcomes['one:build'];
}

export interface WatchStatus {
  readonly pid: number;
  readonly changes: {
    readonly state: string;
    readonly loss: { readonly why: string } | null;
    readonly answers: { readonly changes: number };
  } | null;
}

/** Of the daemons that answer. */
export async function readStatuses(root: string): Promise<readonly WatchStatus[]> {
  return JSON.parse((await larder(root, ['daemon', 'status', '--json'], on)).stdout) as readonly WatchStatus[];
}

/** Runs until a daemon has told a run what changed, and gives that daemon. */
export async function runUntilAsked(root: string): Promise<WatchStatus> {
  let asked: WatchStatus | undefined;
  const runOnce = async (): Promise<WatchStatus | undefined> => {
    await build(root);
    asked = (await readStatuses(root)).find(({ changes }) => (changes?.answers.changes ?? 0) > 0);
    return asked;
  };
  await expect.poll(runOnce, patience).toBeDefined();
  return asked!;
}

export interface Daemon {
  readonly root: string;
  readonly pid: number;
  /** Of all daemons of this user in the workspace. */
  readonly folder: string;
  /** Where it is asked what changed. */
  readonly pipe: string;
}

/** One that runs rely on; it ends with the test, whatever has become of it. */
export async function startDaemon(): Promise<Daemon> {
  const root = watchedWorkspace();
  const { pid } = await runUntilAsked(root);
  onTestFinished(() => void (isAlive(pid) && process.kill(pid, 'SIGKILL')));
  const folder = join(root, '.larder/state/daemon', `user-${process.getuid?.() ?? 'only'}`);
  const answers = readdirSync(folder).find((name) => name.startsWith('changes-')) ?? '';
  return { root, pid, folder, pipe: join(folder, answers, 'questions') };
}

export function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
