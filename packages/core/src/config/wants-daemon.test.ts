import { expect, test } from 'vitest';
import { wantsDaemon } from './wants-daemon.ts';

test('by itself, a daemon is for large workspaces that stay', () => {
  expect(wantsDaemon('auto', { ci: false, files: 20_000 })).toBe(true);
  expect(wantsDaemon('auto', { ci: false, files: 200 })).toBe(false);
  expect(wantsDaemon('auto', { ci: true, files: 20_000 })).toBe(false);
});

test('whoever says on or off means it', () => {
  expect(wantsDaemon('on', { ci: true, files: 1 })).toBe(true);
  expect(wantsDaemon('off', { ci: false, files: 20_000 })).toBe(false);
});
