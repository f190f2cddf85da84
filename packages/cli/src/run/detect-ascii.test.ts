import { expect, test } from 'vitest';
import { detectAscii } from './detect-ascii.ts';

test('a locale with another character set means ASCII, one that says nothing does not', () => {
  expect(detectAscii({ LANG: 'de_DE.ISO-8859-1' }, 'linux')).toBe(true);
  expect(detectAscii({ LANG: 'de_DE.UTF-8' }, 'linux')).toBe(false);
  expect(detectAscii({ LC_ALL: 'C.utf8', LANG: 'de_DE.ISO-8859-1' }, 'linux')).toBe(false);
  expect(detectAscii({ LANG: 'C' }, 'linux')).toBe(false);
  expect(detectAscii({}, 'linux')).toBe(false);
});

test('consoles without the signs get ASCII', () => {
  expect(detectAscii({ TERM: 'linux', LANG: 'en_US.UTF-8' }, 'linux')).toBe(true);
  expect(detectAscii({}, 'win32')).toBe(true);
  expect(detectAscii({ WT_SESSION: '1' }, 'win32')).toBe(false);
});

test('whoever runs it can say so', () => {
  expect(detectAscii({ LARDER_ASCII: '1', LANG: 'en_US.UTF-8' }, 'linux')).toBe(true);
  expect(detectAscii({ LARDER_ASCII: '0' }, 'win32')).toBe(false);
});
