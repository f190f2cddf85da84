import { expect, test } from 'vitest';
import { parseRequestPath } from './exchange.ts';

test.each([
  ['/v1/cache/1', '/v1/cache/1'],
  ['//v1//cache/1', '/v1/cache/1'],
  ['/a?b=/c', '/a'],
  ['/a#b', '/a'],
  ['http://cache.example:80//v1/x?y', '/v1/x'],
  ['https://cache.example', '/'],
  ['', '/'],
  ['*', '*'],
  ['/a/../b', '/a/../b'],
  ['/%2e%2e/b', '/%2e%2e/b'],
])('the target %s has the path %s', (target, path) => {
  expect(parseRequestPath(target)).toBe(path);
});
