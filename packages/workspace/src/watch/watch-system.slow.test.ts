import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeFolder } from '../testing/make-folder.ts';

// Limits and mounts are changed in a name space of its own, where the system lets us make one.

const program = join(import.meta.dirname, '../testing/watch-and-print.ts');

function watchWithin(limits: Readonly<Record<string, number>>, args: readonly string[]): string {
  const set = Object.entries(limits).map(([name, limit]) => `echo ${limit} > /proc/sys/user/${name}`);
  const script = [...set, 'exec "$0" "$@"'].join(' && ');
  const started = ['-U', '-r', '-m', 'sh', '-c', script, process.execPath, program, ...args];
  const { stdout, stderr, signal } = spawnSync('unshare', started, { encoding: 'utf8', timeout: 30_000 });
  return stdout + stderr + (signal === null ? '' : ', and does not end');
}

const canSetLimits =
  process.platform === 'linux' &&
  spawnSync('unshare', ['-U', '-r', '-m', 'sh', '-c', 'echo 9 > /proc/sys/user/max_inotify_watches']).status === 0;

test.runIf(canSetLimits)('a system that watches no more folders is a loss at the start', () => {
  const root = makeFolder({ 'a/x': '', 'b/x': '', 'c/x': '', 'd/x': '' });
  expect(watchWithin({ max_inotify_watches: 3 }, [root])).toBe('watch-limit');
  expect(watchWithin({ max_inotify_instances: 0 }, [root])).toBe('watch-limit');
});

test.runIf(canSetLimits)('and later, when a folder appears that cannot be watched any more', () => {
  const root = makeFolder({ 'a/x': '', 'b/x': '' });
  // One for each folder, and one for that of the cookies.
  expect(watchWithin({ max_inotify_watches: 5 }, [root, 'mkdir c'])).toBe('watching 5');
  expect(watchWithin({ max_inotify_watches: 5 }, [root, 'mkdir d', 'mkdir e'])).toBe('watch-limit');
});

test.runIf(canSetLimits)('something that is mounted in the workspace is a loss', () => {
  const root = makeFolder({ 'a b/x': '', 'c/x': '' });
  expect(watchWithin({}, [root, 'true'])).toMatch(/^watching /);
  expect(watchWithin({}, [root, 'mount -t tmpfs none "a b"'])).toBe('failed');
});
