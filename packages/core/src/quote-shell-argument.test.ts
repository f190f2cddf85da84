import { execFileSync } from 'node:child_process';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { appendArguments, quoteShellArgument } from './quote-shell-argument.ts';

test.each([
  ['plain-1.0/x=y', 'plain-1.0/x=y'],
  ['', "''"],
  ['two words', "'two words'"],
  ["it's", `'it'\\''s'`],
  ['$HOME', "'$HOME'"],
  ['*', "'*'"],
  ['~', "'~'"],
])('for a POSIX shell %j becomes %s', (argument, quoted) => {
  expect(quoteShellArgument(argument, 'linux')).toBe(quoted);
});

test.each([
  ['plain', 'plain'],
  ['C:\\path\\file', 'C:\\path\\file'],
  ['two words', '^"two words^"'],
  ['say "hi"', '^"say \\^"hi\\^"^"'],
  ['ends with \\ ', '^"ends with \\ ^"'],
  ['space and \\', '^"space and \\\\^"'],
  ['%PATH% & more', '^"^%PATH^% ^& more^"'],
])('for cmd.exe %j becomes %s', (argument, quoted) => {
  expect(quoteShellArgument(argument, 'win32')).toBe(quoted);
});

test.runIf(process.platform !== 'win32')('a real shell gives every argument back unchanged', () => {
  const character = fc.constantFrom(...`aü😀 \t\r\n'"\\$*?[]{}()<>|&;#!~\`%^=-`);
  const argument = fc.string({ unit: character, maxLength: 20 });
  fc.assert(
    fc.property(fc.array(argument, { minLength: 20, maxLength: 60 }), (args) => {
      const line = appendArguments(`printf '%s\\0'`, ['.', ...args], 'linux');
      const output = execFileSync('/bin/sh', ['-c', line], { encoding: 'utf8' });
      expect(output.split('\0').slice(0, -1)).toEqual(['.', ...args]);
    }),
    { numRuns: 8 },
  );
});
