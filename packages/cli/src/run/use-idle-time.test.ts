import { expect, test } from 'vitest';
import type { EarlyWork, RunEvent, TaskId } from '@larder/core';
import { useIdleTime } from './use-idle-time.ts';

const started: RunEvent = { type: 'task-started', at: 1, task: 'web:build' as TaskId, attempt: 1, command: 'tsc' };
const hashed = { type: 'task-hashed', at: 0, task: 'web:build' as TaskId, hash: 'a', durationMs: 0 } as RunEvent;

/** Nothing is done until `turn`: a turn of the event loop. */
function open(work: readonly EarlyWork[]) {
  const turns: (() => void)[] = [];
  const logged: string[] = [];
  const idleTime = useIdleTime(() => work, { later: (next) => turns.push(next), log: (text) => logged.push(text) });
  const turn = async (): Promise<void> => {
    for (const next of turns.splice(0)) next();
    await Promise.resolve();
    await Promise.resolve();
  };
  return { idleTime, turn, turns, logged };
}

/** Work that notes that it was done. */
function note(done: string[], ...names: readonly string[]): readonly EarlyWork[] {
  return names.map((name) => () => void done.push(name));
}

test('a run that executes nothing does nothing ahead', async () => {
  const done: string[] = [];
  const { idleTime, turn } = open(note(done, 'a'));
  idleTime.onEvent(hashed);
  await turn();
  await idleTime.close();
  expect(done).toEqual([]);
});

test('each piece of work has a turn of its own after the first task has started', async () => {
  const done: string[] = [];
  const { idleTime, turn, turns } = open(note(done, 'a', 'b'));
  idleTime.onEvent(started);
  idleTime.onEvent(started);
  expect(done).toEqual([]);
  await turn();
  expect(done).toEqual(['a']);
  await turn();
  expect(done).toEqual(['a', 'b']);
  expect(turns).toEqual([]);
});

test('what is left when the run is over is left out', async () => {
  const done: string[] = [];
  const { idleTime, turn } = open(note(done, 'a', 'b'));
  idleTime.onEvent(started);
  await turn();
  await idleTime.close();
  await turn();
  expect(done).toEqual(['a']);
});

test('work that fails is logged, and the rest is done', async () => {
  const done: string[] = [];
  const { idleTime, turn, logged } = open([() => Promise.reject(new Error('no disk')), ...note(done, 'b')]);
  idleTime.onEvent(started);
  await turn();
  await turn();
  expect(logged).toEqual(['what could be done ahead was not: Error: no disk']);
  expect(done).toEqual(['b']);
});
