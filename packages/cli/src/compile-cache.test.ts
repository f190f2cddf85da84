import { expect, test } from 'vitest';
import { findUserCache } from './compile-cache.ts';

test.skipIf(process.platform !== 'linux')('a relative cache folder counts as none', () => {
  const askHome = (): string => '/home/ann';
  expect(findUserCache({ XDG_CACHE_HOME: '/var/cache/ann' }, askHome)).toBe('/var/cache/ann');
  for (const XDG_CACHE_HOME of ['', 'cache', './cache']) {
    expect(findUserCache({ XDG_CACHE_HOME }, askHome)).toBe('/home/ann/.cache');
  }
});

test('an account without a home has no cache folder', () => {
  const askHome = (): string => {
    throw new Error('uv_os_homedir returned ENOENT');
  };
  expect(findUserCache({}, askHome)).toBe(null);
  expect(findUserCache({}, () => '')).toBe(null);
});
