import { expect, test } from 'vitest';
import { parseBenchOptions } from '../bench-options.ts';
import { planParts } from '../scenarios/plan-parts.ts';
import { findContender, listContenders } from './all-contenders.ts';

const countsOf = (name: string, output: string): unknown => findContender(name)?.readCounts?.(output);

test.each([
  ['larder', '✔ 9 tasks succeeded\n  tasks     1 executed, 2 restored, 6 up to date\n  hit rate  89%', 1, 8],
  ['turbo', ' Tasks:    10 successful, 10 total\nCached:    3 cached, 10 total\n', 7, 3],
  ['nx', '  Cache:             4/10 hit (40%)\n', 6, 4],
  ['moon', 'Tasks: 10 completed (4 cached)\n', 6, 4],
  ['moon', 'Tasks: 10 completed\n', 10, 0],
  ['lage', 'success: 1, skipped: 9, pending: 0, aborted: 0, failed: 0', 1, 9],
  ['wireit', '✅ Ran 1 script and skipped 9 in 0.2s.', 1, 9],
])('%s is understood: %j', (name, output, executed, cached) => {
  expect(countsOf(name, output)).toEqual({ executed, cached });
});

test('a runner that does not say what it did is not believed', () => {
  for (const { readCounts } of listContenders()) expect(readCounts?.('all good\n') ?? null).toBeNull();
});

test('another build of Larder takes part under a name of its own', () => {
  const place = { root: '/w', modules: '/m', remote: null };
  const old = findContender('old-daemon=/tmp/old/larder.js');
  expect(old?.name).toBe('old-daemon');
  expect(old?.invoke('version', place)?.args).toEqual(['/tmp/old/larder.js', '--version']);
  expect(old?.invoke('version', place)?.env).toMatchObject({ LARDER_DAEMON: 'on' });
});

test('wrong arguments are answered with what is allowed', () => {
  expect(parseBenchOptions(['--size', '10'])).toContain('100x20');
  expect(parseBenchOptions(['--scenario', 'warm'])).toContain('nothing-changed');
  expect(parseBenchOptions(['--peers', 'bazel'])).toContain('bazel');
  expect(parseBenchOptions(['--rounds', '0'])).toContain('--rounds');
  expect(parseBenchOptions(['--sizes', '10x10'])).toContain('--sizes');
});

test('a contender without the command of a scenario is left out of it, and floors take part where they have a meaning', () => {
  const options = parseBenchOptions(['--size', '10x10', '--scenario', 'dry-run,cold']);
  if (typeof options === 'string') throw new Error(options);
  const [part] = planParts(options);
  const [dryRun, cold] = part?.scenarios ?? [];
  expect(dryRun?.contenders.has('wireit')).toBe(false);
  expect(cold?.contenders.has('wireit')).toBe(true);
  expect(cold?.contenders.has('floor-spawn')).toBe(true);
  expect(dryRun?.contenders.has('floor-spawn')).toBe(false);
});

test('the suite of ten minutes leaves slow peers out of cold runs of 100 projects, and no floor', () => {
  const options = parseBenchOptions([]);
  if (typeof options === 'string') throw new Error(options);
  const cold = planParts(options)[1]?.scenarios.find(({ name }) => name === 'cold');
  expect([...(cold?.contenders ?? [])].sort()).toEqual(['floor-spawn', 'larder', 'moon', 'wireit']);
});
