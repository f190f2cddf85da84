import { expect, test } from 'vitest';
import { runCommands } from './define-run-commands.ts';
import { namesRun } from './names-run.ts';

test('each command that executes tasks and comes to an end is known by its name', () => {
  for (const word of runCommands.keys()) expect(namesRun(word), word).toBe(true);
  expect(namesRun('web:build')).toBe(true);
});

test.each(['watch', 'show', 'run-may', '--help', '--filter=a:b', undefined])('%s names no run', (word) => {
  expect(namesRun(word)).toBe(false);
});
