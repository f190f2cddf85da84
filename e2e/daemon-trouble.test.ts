import { execFileSync, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { makeFolder } from './support/make-workspace.ts';
import { cleanEnv, larder, repositoryRoot, type RunOptions } from './support/run-larder.ts';
import {
  build,
  isAlive,
  on,
  patience,
  readStatuses,
  runUntilAsked,
  source,
  startDaemon,
  watchedWorkspace,
  type Daemon,
} from './support/watched-workspace.ts';

// Whatever happens to the daemon, or to what it has left in the workspace: runs end, and say what they say without one.

/** To what it never was. */
function edit(root: string): string {
  const text = `${randomUUID()}\n`;
  writeFileSync(join(root, source), text);
  return text;
}

const readOutput = (root: string): string => readFileSync(join(root, 'packages/one/dist/all'), 'utf8');

/** What runs say of edits, and whether their output follows from these. */
async function work(root: string, options: RunOptions = on): Promise<readonly unknown[]> {
  const text = edit(root);
  const told: unknown[] = [await build(root, options), readOutput(root) === text, await build(root, options)];
  rmSync(join(root, 'packages/one/dist'), { recursive: true });
  told.push(await build(root, options), readOutput(root) === text);
  const other = edit(root);
  return [...told, await build(root, options), readOutput(root) === other];
}

const asWithoutDaemon = ['executed', true, 'up-to-date', 'restored:local', true, 'executed', true];

function editRecords(folder: string, change: (text: string) => string): void {
  for (const name of readdirSync(folder).filter((each) => each.endsWith('.json'))) {
    const file = join(folder, name);
    writeFileSync(file, change(readFileSync(file, 'utf8')));
  }
}

const olderVersion = (text: string): string => text.replace(/"version":"[^"]+"/, '"version":"0.0.1"');

const troubles: readonly (readonly [string, (daemon: Daemon) => void])[] = [
  ['is stopped by a signal', ({ pid }) => void process.kill(pid, 'SIGSTOP')],
  ['was killed', ({ pid }) => void process.kill(pid, 'SIGKILL')],
  ['is of another version', ({ folder }) => editRecords(folder, olderVersion)],
  ['has half a record', ({ folder }) => editRecords(folder, (text) => text.slice(0, text.length / 2))],
  ['lost its folder', ({ folder }) => rmSync(folder, { recursive: true })],
  ['lost all that is kept', ({ root }) => rmSync(join(root, '.larder'), { recursive: true })],
  ['lost its pipe', ({ pipe }) => rmSync(pipe)],
];

const places: readonly (readonly [string, (path: string) => void])[] = [
  ['a file', (path) => writeFileSync(path, '')],
  ['a folder', (path) => mkdirSync(path)],
  ['a pipe that nobody reads', (path) => void execFileSync('mkfifo', ['-m', '600', path])],
];

describe.runIf(process.platform === 'linux')('edits are seen where', () => {
  test.each(troubles)('the daemon %s', async (_, befall) => {
    const daemon = await startDaemon();
    befall(daemon);
    expect(await work(daemon.root)).toEqual(asWithoutDaemon);
  });

  test.each(places)('%s stands where its pipe was, and where its folder was', async (_, make) => {
    const { root, pipe, folder } = await startDaemon();
    for (const path of [pipe, folder]) {
      rmSync(path, { recursive: true });
      make(path);
      expect(await work(root)).toEqual(asWithoutDaemon);
    }
  });

  test('a daemon that was given up goes on: it ends, and the one that took over answers', async () => {
    const { root, pid } = await startDaemon();
    process.kill(pid, 'SIGSTOP');
    // A run that finds something to do has another one started.
    edit(root);
    expect(await build(root)).toBe('executed');
    const next = await runUntilAsked(root);
    expect(next.pid).not.toBe(pid);
    edit(root);
    process.kill(pid, 'SIGCONT');
    expect(await build(root)).toBe('executed');
    expect((await runUntilAsked(root)).pid).toBe(next.pid);
    await expect.poll(() => isAlive(pid), patience).toBe(false);
  });

  test('the workspace was renamed, and came back', async () => {
    const { root } = await startDaemon();
    const aside = `${root}-aside`;
    onTestFinished(() => rmSync(aside, { recursive: true, force: true, maxRetries: 5 }));
    renameSync(root, aside);
    expect(await work(aside)).toEqual(asWithoutDaemon);
    await larder(aside, ['daemon', 'stop', '--force'], on);
    edit(aside);
    renameSync(aside, root);
    expect(await build(root)).toBe('executed');
    await runUntilAsked(root);
    expect(await work(root)).toEqual(asWithoutDaemon);
  });

  test.skipIf(!canSetLimits())('the system watches some of the folders and no more', async () => {
    const root = watchedWorkspace();
    const command = 'echo 4 > /proc/sys/user/max_inotify_watches && exec "$0" daemon start';
    const larderFile = join(repositoryRoot, 'tools', 'larder');
    const env = { ...cleanEnv(), ...on.env };
    execFileSync('unshare', ['-U', '-r', '-m', 'sh', '-c', command, larderFile], { cwd: root, env });
    expect(await work(root)).toEqual(asWithoutDaemon);
    expect((await readStatuses(root)).map(({ changes }) => changes?.loss?.why)).toEqual(['watch-limit']);
  });
});

test('edits are seen where the clock is set back between two runs', async () => {
  const folder = makeFolder();
  const [preload, lead] = [join(folder, 'clock.cjs'), join(folder, 'lead')];
  writeFileSync(preload, shiftedClock(lead));
  writeFileSync(lead, '0');
  const options = { env: { ...on.env, LARDER_DAEMON: 'off', NODE_OPTIONS: `--require "${preload}"` } };
  const root = watchedWorkspace();
  expect(await work(root, options)).toEqual(asWithoutDaemon);
  writeFileSync(lead, '-7200000');
  expect(await build(root, options)).toBe('up-to-date');
  expect(await work(root, options)).toEqual(asWithoutDaemon);
});

/** To a process that begins with this, what was written a moment ago comes from the future. */
function shiftedClock(lead: string): string {
  return `
    const lead = Number(require('node:fs').readFileSync(${JSON.stringify(lead)}, 'utf8'));
    const { now } = Date;
    Date.now = () => now() + lead;
    Object.defineProperty(performance, 'timeOrigin', { value: performance.timeOrigin + lead });
  `;
}

/** Limits are set in a name space of its own, where the system lets us make one. */
function canSetLimits(): boolean {
  const script = 'echo 9 > /proc/sys/user/max_inotify_watches';
  return process.platform === 'linux' && spawnSync('unshare', ['-U', '-r', '-m', 'sh', '-c', script]).status === 0;
}
