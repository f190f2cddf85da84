import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';

interface SetupModules {
  readonly isSupportedNode: (version: string) => boolean;
  readonly withSetupLock: <Result>(root: string, action: () => Promise<Result>) => Promise<Result>;
  readonly runChild: (file: string, args: readonly string[], options: object) => Promise<number>;
}

const load = createRequire(import.meta.url);
const { isSupportedNode, withSetupLock, runChild }: SetupModules = {
  ...load('./supported-node.cjs'),
  ...load('./setup-lock.cjs'),
  ...load('./run-child.cjs'),
};

function makeCheckout(): { root: string; lock: string } {
  const root = mkdtempSync(join(tmpdir(), 'larder-setup-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  mkdirSync(join(root, 'tools', 'node'), { recursive: true });
  return { root, lock: join(root, 'tools', 'node', 'setup.lock') };
}

/** The id of a process that has ended. */
function deadProcess(): number {
  return spawnSync(process.execPath, ['-e', '0']).pid;
}

test.each([
  ['20.20.2', false],
  ['22.18.0', false],
  ['22.19.0', true],
  ['23.11.0', false],
  ['24.0.0', true],
  ['25.1.0', false],
  ['26.10.0', true],
])('Node %s is supported: %s', (version, expected) => {
  expect(isSupportedNode(version)).toBe(expected);
});

test('two set-ups of one checkout take turns', async () => {
  const { root, lock } = makeCheckout();
  const events: string[] = [];
  const { promise: firstMayEnd, resolve: endFirst } = Promise.withResolvers<void>();
  const first = withSetupLock(root, async () => {
    events.push('first starts');
    await firstMayEnd;
    events.push('first ends');
  });
  const second = withSetupLock(root, async () => void events.push('second'));
  endFirst();
  await Promise.all([first, second]);
  expect(events).toEqual(['first starts', 'first ends', 'second']);
  expect(existsSync(lock)).toBe(false);
});

test('the lock of a set-up that was killed is taken over', async () => {
  const { root, lock } = makeCheckout();
  writeFileSync(lock, `${deadProcess()} ${hostname()}`);
  expect(await withSetupLock(root, async () => 'ran')).toBe('ran');
});

test('a set-up that fails gives the lock back', async () => {
  const { root, lock } = makeCheckout();
  await expect(withSetupLock(root, () => Promise.reject(new Error('no network')))).rejects.toThrow('no network');
  expect(existsSync(lock)).toBe(false);
});

test('the exit code of a command is kept, and a signal counts as 128 and its number', async () => {
  expect(await runChild(process.execPath, ['-e', 'process.exit(7)'], { stdio: 'ignore' })).toBe(7);
  expect(await runChild(process.execPath, ['-e', 'process.kill(process.pid, "SIGTERM")'], { stdio: 'ignore' })).toBe(
    143,
  );
});
