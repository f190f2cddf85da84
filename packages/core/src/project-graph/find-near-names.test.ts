import { expect, test } from 'vitest';
import { findNearNames } from './find-near-names.ts';

test.each([
  ['biuld', ['build', 'test'], ['build']],
  ['buidl', ['build', 'rebuild'], ['build']],
  ['tset', ['test', 'lint'], ['test']],
  ['Build', ['build'], ['build']],
  ['ui', ['@acme/ui', '@acme/ui-kit', '@acme/build'], ['@acme/ui', '@acme/ui-kit']],
  ['alph', ['@acme/alpha', '@acme/beta'], ['@acme/alpha']],
  ['@acme/alph', ['@acme/alpha', '@other/alpha'], ['@acme/alpha']],
  ['deploy', ['build', 'test'], []],
  ['a', ['xyz'], []],
  ['', ['build'], []],
])('%j among %j suggests %j', (wanted, names, near) => {
  expect(findNearNames(wanted, names)).toEqual(near);
});

test('at most three names are suggested, nearest first, then by code unit', () => {
  expect(findNearNames('lib-1', ['lib-23', 'lib-4', 'lib-3', 'lib-2', 'lib-2'])).toEqual(['lib-2', 'lib-3', 'lib-4']);
});

test('very long names cost no more than short ones', () => {
  expect(findNearNames('x'.repeat(1_000_000), ['y'.repeat(1_000_000)])).toEqual([]);
});
