import { expect, test } from 'vitest';
import { readWishes, writeWishes, type RunWishes } from './run-wishes.ts';

/** What the batch reads of a run that was started with these words. */
function wishesOf(words: string): RunWishes | null {
  const argv = ['node', 'nx', ...words.split(' ')];
  return readWishes(writeWishes({ id: 'r1', workspaceRoot: '/acme', argv }));
}

const none: RunWishes = {
  runId: 'nx-r1',
  parallel: null,
  bail: false,
  skipRemoteCache: false,
  outputStyle: null,
};

test.each<[string, Partial<RunWishes>]>([
  ['run-many -t build', {}],
  ['build web --parallel=4', { parallel: 4 }],
  ['build web --parallel 4', { parallel: 4 }],
  ['build web --maxParallel=2', { parallel: 2 }],
  ['build web --parallel=4 --parallel=2', { parallel: 2 }],
  ['build web --parallel=false', { parallel: 1 }],
  ['build web --parallel', {}],
  ['build web --parallel=0', {}],
  ['build web --parallel=lots', {}],
  ['build web --nx-bail', { bail: true }],
  ['build web --nxBail=true', { bail: true }],
  ['build web --nx-bail --nx-bail=false', { bail: false }],
  ['build web --skip-remote-cache', { skipRemoteCache: true }],
  ['build web --skipRemoteCache', { skipRemoteCache: true }],
  ['build web --output-style=stream', { outputStyle: 'stream' }],
  ['build web --outputStyle stream-without-prefixes', { outputStyle: 'stream-without-prefixes' }],
])('%s', (words, expected) => {
  expect(wishesOf(words)).toEqual({ ...none, ...expected });
});

test('what stands after -- is for the tasks', () => {
  expect(wishesOf('build web -- --parallel=4 --nx-bail --output-style=stream')).toEqual(none);
});

test.each([undefined, '', 'no JSON', 'null', '[]', '{}', '{"runId":7}'])('%s names no run', (text) => {
  expect(readWishes(text)).toBeNull();
});

test('what is of another type counts as not said', () => {
  const text = JSON.stringify({ runId: 'r', parallel: 1.5, bail: 'yes', skipRemoteCache: 1, outputStyle: {} });
  expect(readWishes(text)).toEqual({ ...none, runId: 'r' });
});
