import { expect, test } from 'vitest';
import { loadSqlite } from './load-sqlite.ts';

test('of the warnings while SQLite loads one is held back, and none after it', () => {
  const told: unknown[] = [];
  const emitWarning = (...given: readonly unknown[]): void => void told.push(given);
  const experimental = new Error('SQLite is an experimental feature and might change at any time');
  const host = { emitWarning };
  const load = (): string => {
    host.emitWarning(experimental, 'ExperimentalWarning');
    host.emitWarning('another', 'Warning');
    return 'loaded';
  };
  expect(loadSqlite(host, load)).toBe('loaded');
  expect(told).toEqual([['another', 'Warning']]);
  expect(host.emitWarning).toBe(emitWarning);
});
