import { mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { makeWorkspace } from './support/make-workspace.ts';
import { larder, larderEvents } from './support/run-larder.ts';

const on = { env: { LARDER_DAEMON: 'on', LARDER_DAEMON_IDLE_SECONDS: '60' } };
const build = ['run-many', '-t', 'build'];
const patience = { timeout: 30_000, interval: 50 };

function workspace(): string {
  const root = makeWorkspace({
    '.gitignore': 'dist\nnode_modules\n',
    'package.json': { name: 'acme', private: true, workspaces: ['packages/*'] },
    'package-lock.json': { name: 'acme', lockfileVersion: 3, packages: {} },
    'larder.json': { targetDefaults: { build: { cache: true, outputs: ['{projectRoot}/dist'] } } },
    'packages/one/package.json': { name: 'one', scripts: { build: 'mkdir -p dist && cat src/* > dist/all' } },
    'packages/one/src/a.txt': 'a\n',
  });
  onTestFinished(async () => void (await larder(root, ['daemon', 'stop', '--force'], on)));
  return root;
}

interface Status {
  readonly changes: { readonly state: string; readonly answers: { readonly changes: number } } | null;
}

async function status(root: string): Promise<Status | undefined> {
  const { stdout } = await larder(root, ['daemon', 'status', '--json'], on);
  return (JSON.parse(stdout) as readonly Status[])[0];
}

const outcome = async (root: string): Promise<string | undefined> =>
  (await larderEvents(root, build, on)).outcomes['one:build'];

test.runIf(process.platform === 'linux')('a run starts the daemon for those after it, which ask it', async () => {
  const root = workspace();
  expect(await outcome(root)).toBe('executed');
  expect(await outcome(root)).toBe('up-to-date');
  await expect.poll(async () => (await status(root))?.changes?.state, patience).toBe('watching');
  expect(await outcome(root)).toBe('up-to-date');
  expect(await outcome(root)).toBe('up-to-date');
  expect((await status(root))?.changes?.answers.changes).toBeGreaterThan(0);
  writeFileSync(join(root, 'packages/one/src/a.txt'), 'b\n');
  expect(await outcome(root)).toBe('executed');
  expect(await outcome(root)).toBe('up-to-date');
  rmSync(join(root, 'packages/one/dist'), { recursive: true });
  expect(await outcome(root)).toBe('restored:local');
});

test('no run starts a daemon in CI, in a small workspace, or where it is off', async () => {
  const root = workspace();
  for (const env of [{ CI: 'true' }, {}, { LARDER_DAEMON: 'off' }]) {
    await larderEvents(root, build, { env });
    await larderEvents(root, build, { env });
    expect((await larder(root, ['daemon', 'status'], { env })).stdout).toBe('No daemon runs here.\n');
  }
});

test.runIf(process.platform === 'linux')('a workspace that was moved asks no daemon of the other place', async () => {
  const root = workspace();
  await larder(root, ['daemon', 'start'], on);
  expect(await outcome(root)).toBe('executed');
  const moved = `${root}-moved`;
  onTestFinished(() => rmSync(moved, { recursive: true, force: true, maxRetries: 5 }));
  renameSync(root, moved);
  mkdirSync(root);
  expect((await larder(moved, ['daemon', 'status'], on)).stdout).toBe('No daemon runs here.\n');
  writeFileSync(join(moved, 'packages/one/src/a.txt'), 'c\n');
  expect((await larderEvents(moved, build, { env: { LARDER_DAEMON: 'off' } })).outcomes['one:build']).toBe('executed');
  expect(readdirSync(root)).toEqual([]);
});
