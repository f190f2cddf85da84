import { expect, test } from 'vitest';
import type { Terminal } from '../terminal.ts';
import { chooseOutputStyle, type OutputStyleWishes } from './choose-output-style.ts';

function choose(env: Terminal['env'], wishes: Partial<OutputStyleWishes> = {}, isTTY = true, isCi = false): string {
  const stream = { isTTY } as NodeJS.WriteStream & NodeJS.ReadStream;
  const all = { flag: null, configured: null, taskCount: 5, ...wishes };
  return chooseOutputStyle({ stdout: stream, stdin: stream, isCi, env }, all);
}

test('someone in front of a terminal gets the interactive view, unless one task is all there is', () => {
  expect(choose({ TERM: 'xterm-256color' })).toBe('tui');
  expect(choose({}, { taskCount: 1 })).toBe('stream');
  expect(choose({}, { taskCount: 1, flag: 'tui' })).toBe('tui');
});

test('without a terminal there are lines, and in CI failures stand last', () => {
  expect(choose({}, {}, false)).toBe('static');
  expect(choose({}, { flag: 'tui' }, true, true)).toBe('static-failures');
});

test('screen readers and terminals without a cursor get lines, even where the view was asked for', () => {
  expect(choose({ ACCESSIBLE: '1' })).toBe('static');
  expect(choose({ INK_SCREEN_READER: 'true' }, { configured: 'tui' })).toBe('static');
  expect(choose({ TERM: 'dumb' }, { flag: 'tui' })).toBe('static');
  expect(choose({ ACCESSIBLE: '0', INK_SCREEN_READER: '' })).toBe('tui');
});

test('any other style is what was asked for, the flag first', () => {
  expect(choose({ ACCESSIBLE: '1' }, { configured: 'stream' })).toBe('stream');
  expect(choose({}, { configured: 'stream', flag: 'ndjson' })).toBe('ndjson');
});
