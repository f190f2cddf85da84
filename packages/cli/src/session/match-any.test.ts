import { GlobCompiler } from '@larder/core';
import { expect, test } from 'vitest';
import { matchAny } from './match-any.ts';

const patterns = ['**/package.json', '**/*.patch', 'pnpm-workspace.yaml', '**/conf/*.json', '**/turbo.json'];

test.each([
  'package.json',
  'packages/a/package.json',
  'packages/a/.hidden/package.json',
  'packages/a/my-package.json',
  'packages/a/package.json.bak',
  'patches/left-pad.patch',
  '.patch',
  'a/.patch',
  'a.patch/b',
  'pnpm-workspace.yaml',
  'packages/a/pnpm-workspace.yaml',
  'packages/conf/a.json',
  'conf/a.json',
  'conf/deeper/a.json',
  'turbo.json/a',
  'no-dot-at-all',
])('%s matches as it does one glob after the other', (path) => {
  const globs = new GlobCompiler();
  expect(matchAny(patterns)(path)).toBe(patterns.some((pattern) => globs.compile(pattern)(path)));
});
