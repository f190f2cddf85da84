import { mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { askChanges, type ChangeClock, type ChangesAnswer } from '../changes/ask-changes.ts';
import { changesRecordFile } from '../changes/changes-record.ts';
import { version } from '../version.ts';
import { daemonFolder } from './daemon-place.ts';
import { askAllDaemons } from './list-daemons.ts';
import { startWatchingDaemon } from './start-watching-daemon.ts';

const env = { PATH: process.env['PATH'] };
/** Elsewhere nobody could answer, and none is started. */
const isLinux = process.platform === 'linux';
const patience = { timeout: 20_000, interval: 20 };

function makeWorkspace(): string {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'larder-watching-')));
  onTestFinished(async () => {
    await askAllDaemons(root, { action: 'stop', force: true });
    rmSync(root, { recursive: true, force: true, maxRetries: 5 });
  });
  return root;
}

async function ask(rootAbsolute: string, since: ChangeClock | null): Promise<ChangesAnswer | null> {
  return await askChanges({ rootAbsolute, version, since, deadlineMs: 5_000 });
}

async function firstClock(root: string): Promise<ChangeClock> {
  let clock: ChangeClock | null = null;
  await expect.poll(async () => (clock = (await ask(root, null))?.clock ?? null), patience).not.toBeNull();
  return clock as unknown as ChangeClock;
}

test.runIf(isLinux)(
  'a daemon is started beside the caller, watches, and has no second process',
  async () => {
    const root = makeWorkspace();
    await startWatchingDaemon(root, { env, version });
    const clock = await firstClock(root);
    writeFileSync(join(root, 'file'), '1');
    expect(await ask(root, clock)).toMatchObject({ kind: 'changes', paths: ['file'] });
    expect(readdirSync(daemonFolder(root)).filter((name) => name.endsWith('.lock'))).toEqual([]);
    const [daemon] = await askAllDaemons(root, { action: 'status' });
    expect(daemon?.status.changes).toMatchObject({ state: 'watching', losses: 0 });
  },
  30_000,
);

test.runIf(isLinux)(
  'two who want one at once get one',
  async () => {
    const root = makeWorkspace();
    await Promise.all([startWatchingDaemon(root, { env, version }), startWatchingDaemon(root, { env, version })]);
    const clock = await firstClock(root);
    await startWatchingDaemon(root, { env, version });
    expect(await ask(root, clock)).toMatchObject({ kind: 'changes', paths: [] });
    expect(await askAllDaemons(root, { action: 'status' })).toHaveLength(1);
  },
  30_000,
);

test.runIf(isLinux)(
  'after a daemon was killed nobody answers, and the next one knows nothing of before',
  async () => {
    const root = makeWorkspace();
    await startWatchingDaemon(root, { env, version });
    const clock = await firstClock(root);
    const [daemon] = await askAllDaemons(root, { action: 'status' });
    process.kill(daemon?.status.pid ?? 0, 'SIGKILL');
    await expect.poll(() => ask(root, clock), patience).toBeNull();
    await startWatchingDaemon(root, { env, version });
    await firstClock(root);
    expect(await ask(root, clock)).toMatchObject({ kind: 'unknown', why: 'another watcher' });
    const names = readdirSync(dirname(changesRecordFile(root)));
    expect(names.filter((name) => name.startsWith('changes-'))).toHaveLength(1);
  },
  30_000,
);

test.runIf(isLinux)(
  'a daemon that ends takes its socket and its record along',
  async () => {
    const root = makeWorkspace();
    await startWatchingDaemon(root, { env, version });
    await firstClock(root);
    await askAllDaemons(root, { action: 'stop', force: true });
    const left = (): readonly string[] => readdirSync(daemonFolder(root)).filter((name) => /json$|sock$/.test(name));
    await expect.poll(left, patience).toEqual([]);
  },
  30_000,
);
