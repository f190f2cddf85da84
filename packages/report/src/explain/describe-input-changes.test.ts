import type { InputChange } from '@larder/core';
import { expect, test } from 'vitest';
import { describeInputChanges, listInputChanges } from './describe-input-changes.ts';

const file = (path: string): InputChange => ({ kind: 'file', path, change: 'modified' });
const value = (of: Extract<InputChange, { kind: 'value' }>['of'], name: string): InputChange => ({
  kind: 'value',
  of,
  name,
  change: 'modified',
});

test('files come first, a few of them by name', () => {
  expect(describeInputChanges({ changes: [file('a.ts')], packages: [] })).toBe('1 file changed: a.ts');
  expect(describeInputChanges({ changes: ['a', 'b', 'c', 'd'].map(file), packages: [] })).toBe(
    '4 files changed: a, b, c, …',
  );
});

test('packages, variables and options are named; a dependency only where nothing else is', () => {
  const packages = [{ name: 'ms', before: '2.1.2', after: '2.1.3' }];
  const changes = [
    value('env', 'MODE'),
    value('external', 'project'),
    value('options', 'command'),
    value('task', 'ui:build'),
  ];
  expect(describeInputChanges({ changes, packages })).toBe(
    'lockfile package ms 2.1.2 -> 2.1.3; variable MODE changed; option command modified',
  );
  expect(describeInputChanges({ changes: [value('task', 'ui:build')], packages: [] })).toBe(
    'dependency ui:build has another hash',
  );
});

test('a line stays a line, and of bounded length, whatever the names are', () => {
  const line = describeInputChanges({ changes: [file(`a\n\u001b[31m${'x'.repeat(500)}`)], packages: [] });
  expect(line).not.toMatch(/[\n\u001b]/);
  expect(line.length).toBe(200);
});

test('the list has a line for each change', () => {
  expect(listInputChanges({ changes: [file('a.ts'), value('args', 'args')], packages: [] })).toEqual([
    'file a.ts modified',
    'arguments after -- changed',
  ]);
});
