import { asWorkspacePath, formatTaskId, type AffectedReason } from '@larder/core';
import { expect, test } from 'vitest';
import { explainAffected } from './explain-affected.ts';

const ui = formatTaskId('ui', 'build');
const web = formatTaskId('web', 'build');

test('the way leads from the task to the file that changed', () => {
  const affected = new Map<typeof ui, AffectedReason>([
    [ui, { kind: 'file', path: asWorkspacePath('ui/src/a.ts'), input: 'ui/**/*' }],
    [web, { kind: 'dependency', task: ui }],
  ]);
  expect(explainAffected(affected, [web])).toBe(
    'web:build\n  depends on ui:build\n  ui/src/a.ts is in the input ui/**/*\n',
  );
});

test('nothing affected says so', () => {
  expect(explainAffected(new Map(), [])).toBe('No task is affected.\n');
});
