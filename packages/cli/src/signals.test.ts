import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { listenToSignals } from './signals.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function listen() {
  const exits: unknown[] = [];
  const process = Object.assign(new EventEmitter(), { exit: (code: unknown) => exits.push(code) });
  return { exits, process, ...listenToSignals(process as unknown as NodeJS.Process) };
}

test('a second request leaves at once, and one that comes twice is one', () => {
  const { exits, process, signal } = listen();
  process.emit('SIGINT');
  process.emit('SIGINT');
  expect(signal.aborted).toBe(true);
  expect(exits).toEqual([]);
  vi.advanceTimersByTime(1_000);
  process.emit('SIGTERM');
  expect(exits).toEqual([130]);
});

test('what was aborted ahead of its request ends in its own time, until somebody asks again', () => {
  const { exits, process, signal, abortAhead } = listen();
  abortAhead();
  expect(signal.aborted).toBe(true);
  vi.advanceTimersByTime(1_000);
  process.emit('SIGTERM');
  expect(exits).toEqual([]);
  vi.advanceTimersByTime(1_000);
  process.emit('SIGTERM');
  expect(exits).toEqual([130]);
});
