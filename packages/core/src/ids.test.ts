import { expect, test } from 'vitest';
import { compareCodeUnits, formatTaskId, parseTaskHash } from './ids.ts';

test('a task id names its configuration only where there is one', () => {
  expect(formatTaskId('web', 'build')).toBe('web:build');
  expect(formatTaskId('web', 'build', 'production')).toBe('web:build:production');
});

test('only 32 lowercase hex digits are a task hash', () => {
  expect(parseTaskHash('0123456789abcdef0123456789abcdef')).not.toBeNull();
  expect(parseTaskHash('0123456789ABCDEF0123456789abcdef')).toBeNull();
  expect(parseTaskHash('../../../../etc/passwd0123456789')).toBeNull();
});

test('names are ordered by code unit, not by locale', () => {
  expect(['b', 'ä', 'B', 'a'].sort(compareCodeUnits)).toEqual(['B', 'a', 'b', 'ä']);
});
