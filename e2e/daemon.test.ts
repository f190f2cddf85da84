import { mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { larder } from './support/run-larder.ts';
import { build, on, patience, readStatuses, source, watchedWorkspace } from './support/watched-workspace.ts';

test.runIf(process.platform === 'linux')('a run starts the daemon for those after it, which ask it', async () => {
  const root = watchedWorkspace();
  expect(await build(root)).toBe('executed');
  expect(await build(root)).toBe('up-to-date');
  await expect.poll(async () => (await readStatuses(root))[0]?.changes?.state, patience).toBe('watching');
  expect(await build(root)).toBe('up-to-date');
  expect(await build(root)).toBe('up-to-date');
  expect((await readStatuses(root))[0]?.changes?.answers.changes).toBeGreaterThan(0);
  writeFileSync(join(root, source), 'b\n');
  expect(await build(root)).toBe('executed');
  expect(await build(root)).toBe('up-to-date');
  rmSync(join(root, 'packages/one/dist'), { recursive: true });
  expect(await build(root)).toBe('restored:local');
});

test('no run starts a daemon in CI, in a small workspace, or where it is off', async () => {
  const root = watchedWorkspace();
  for (const env of [{ CI: 'true' }, {}, { LARDER_DAEMON: 'off' }]) {
    await build(root, { env });
    await build(root, { env });
    expect((await larder(root, ['daemon', 'status'], { env })).stdout).toBe('No daemon runs here.\n');
  }
});

test.runIf(process.platform === 'linux')('a workspace that was moved asks no daemon of the other place', async () => {
  const root = watchedWorkspace();
  await larder(root, ['daemon', 'start'], on);
  expect(await build(root)).toBe('executed');
  const moved = `${root}-moved`;
  onTestFinished(() => rmSync(moved, { recursive: true, force: true, maxRetries: 5 }));
  renameSync(root, moved);
  mkdirSync(root);
  expect((await larder(moved, ['daemon', 'status'], on)).stdout).toBe('No daemon runs here.\n');
  writeFileSync(join(moved, source), 'c\n');
  expect(await build(moved, { env: { LARDER_DAEMON: 'off' } })).toBe('executed');
  expect(readdirSync(root)).toEqual([]);
});
