import { expect, test } from 'vitest';
import { prepareWorld } from '../fixtures/hash-world.ts';
import { createMemoryFiles, type MemoryFile } from '../fixtures/memory-files.ts';
import { formatTaskId } from '../ids.ts';
import { findMovedFiles } from './find-moved-files.ts';

function movedBetween(
  before: Readonly<Record<string, MemoryFile>>,
  after: Readonly<Record<string, MemoryFile>>,
): readonly string[] {
  const { inputs } = prepareWorld({ projects: 'web -> ui\nother' });
  const ofWeb = inputs.get(formatTaskId('web', 'build'))!;
  return findMovedFiles(ofWeb, createMemoryFiles(before), createMemoryFiles(after));
}

test('files that were changed, added, deleted or made executable have moved', () => {
  const before = { 'packages/web/a': '1', 'packages/ui/b': '1', 'packages/web/c': '1', 'packages/web/same': '1' };
  const after = {
    'packages/web/a': '2',
    'packages/ui/new': '1',
    'packages/web/c': { executable: '1' },
    'packages/web/same': '1',
  };
  expect(movedBetween(before, after)).toEqual(['packages/ui/b', 'packages/ui/new', 'packages/web/a', 'packages/web/c']);
});

test('files that are no inputs may move', () => {
  expect(movedBetween({ 'packages/other/a': '1' }, { 'packages/other/a': '2', 'README.md': '' })).toEqual([]);
});
