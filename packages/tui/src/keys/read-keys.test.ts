import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Key } from 'ink';
import { expect, test } from 'vitest';
import { keyTable } from './key-table.ts';
import { nameKeys, readCommand, readTyping } from './read-keys.ts';

function key(pressed: Partial<Key> = {}): Key {
  return pressed as Key;
}

test('keys that arrive together are told apart', () => {
  expect(nameKeys('jjk', key())).toEqual(['j', 'j', 'k']);
  expect(nameKeys('rs\r', key())).toEqual(['r', 's', 'return']);
  expect(nameKeys('', key({ pageUp: true }))).toEqual(['pageup']);
  expect(nameKeys('c', key({ ctrl: true }))).toEqual(['ctrl+c']);
  expect(nameKeys('r', key({ meta: true }))).toEqual(['escape', 'r']);
});

test('no key stands for two things', () => {
  const inputs = keyTable.flatMap(({ bindings }) => bindings.flatMap((binding) => binding.inputs));
  expect(new Set(inputs).size).toBe(inputs.length);
});

test('unknown keys mean nothing', () => {
  expect(readCommand('Z')).toBe(null);
  expect(readCommand('constructor')).toBe(null);
  expect(readTyping('pageup')).toBe(null);
  expect(readTyping('ß')).toEqual({ kind: 'type', text: 'ß' });
});

test('the documentation has the keys of the help, word for word', () => {
  const page = readFileSync(join(import.meta.dirname, '../../../../docs/ui.md'), 'utf8');
  const [, section = ''] = /^## Keys$(.+?)^## /ms.exec(page) ?? [];
  const rows = [...section.matchAll(/^\| `(.+?)` +\| (.+?) +\|$/gm)].map(([, label, text]) => [label, text]);
  expect(rows).toEqual(keyTable.map(({ label, text }) => [label, text]));
});
