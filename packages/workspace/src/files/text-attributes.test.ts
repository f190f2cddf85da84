import { expect, test } from 'vitest';

import { compileTextAttributes } from './text-attributes.ts';

function lineEndingsOf(path: string, files: Readonly<Record<string, string>>): string | undefined {
  const compiled = compileTextAttributes(Object.entries(files).map(([folder, text]) => ({ folder, text })));
  return compiled?.(path);
}

test('without attributes about text nothing is looked at', () => {
  expect(compileTextAttributes([{ folder: '', text: '*.png binary\n# *.ts text\n*.psd filter=lfs' }])).toBe(null);
});

test.each<[string, string, string]>([
  ['* text=auto', 'a/b.ts', 'auto'],
  ['*.ts text', 'a/b.ts', 'text'],
  ['*.ts eol=crlf', 'a/b.ts', 'text'],
  ['* text=auto eol=lf', 'a/b.ts', 'auto'],
  ['* text=auto\n*.png binary', 'a.png', 'as-is'],
  ['* text=auto\n*.bin -text', 'x/a.bin', 'as-is'],
  ['*.bin -text\n* text=auto', 'x/a.bin', 'auto'],
  ['/a/*.ts text', 'a/b.ts', 'text'],
  ['/a/*.ts text', 'c/a/b.ts', 'as-is'],
  ['a/**/b.ts text', 'a/x/y/b.ts', 'text'],
  ['"with space.ts" text', 'a/with space.ts', 'text'],
])('of %j, %s is %s', (text, path, expected) => {
  expect(lineEndingsOf(path, { '': text })).toBe(expected);
});

test('deeper files win, and only for what is below them', () => {
  const files = { 'a/': '*.ts -text', '': '* text=auto' };
  expect(lineEndingsOf('a/b.ts', files)).toBe('as-is');
  expect(lineEndingsOf('b.ts', files)).toBe('auto');
  expect(lineEndingsOf('ab.ts', files)).toBe('auto');
});
