import type { Reporter, RetryPolicy, TaskId } from '@larder/core';
import { expect, test } from 'vitest';
import type { Behaviour } from '../fakes/fake-machine.ts';
import { RunFixture, hashOf } from '../fakes/run-fixture.ts';

const task = 'a:test';
const twice: RetryPolicy = { retries: 2, refusal: null };

function fixtureOf(behaviour: Behaviour, policy: RetryPolicy = twice, reporters: readonly Reporter[] = []): RunFixture {
  return new RunFixture({
    tasks: { 'b:deploy': [task] },
    behaviours: { [task]: behaviour },
    request: { retries: new Map([[task as TaskId, policy]]) },
    reporters,
  });
}

test('a task that passes when it is tried again has executed, and says at which attempt', async () => {
  const fixture = fixtureOf({ exitCodes: [1, 7, 0], durationMs: 10 });
  const result = await fixture.run();
  expect(result.exitCode).toBe(0);
  expect(fixture.machine.started).toEqual([task, task, task, 'b:deploy']);
  expect(fixture.of('task-settled')[0]?.outcome).toEqual({ kind: 'executed', durationMs: 30, attempts: 3 });
  expect(fixture.of('task-started').map(({ attempt }) => attempt)).toEqual([1, 2, 3, 1]);
  expect(fixture.of('task-retried').map(({ attempt, exitCode }) => [attempt, exitCode])).toEqual([
    [2, 1],
    [3, 7],
  ]);
});

test('what is stored of it is the attempt that passed: its output, and what it took', async () => {
  const fixture = fixtureOf({ exitCodes: [1, 0], durationMs: 10, output: 'attempt <attempt>\n' });
  await fixture.run();
  const stored = fixture.cache.entries.get(hashOf(task));
  expect(Buffer.from(stored?.terminalOutput ?? []).toString()).toBe('attempt 2\n');
  expect(stored?.durationMs).toBe(10);
  expect(fixture.of('task-output').map(({ text }) => text)).toEqual(['attempt 1\n', 'attempt 2\n']);
});

test('after the last attempt the task has failed, and is stored nowhere', async () => {
  const fixture = fixtureOf({ exitCode: 1 });
  const result = await fixture.run();
  expect(result).toMatchObject({ exitCode: 1, totals: { failed: 1, skipped: 1 } });
  expect(fixture.of('task-settled')[0]?.outcome).toMatchObject({ kind: 'failed', attempts: 3, durationMs: 30 });
  expect(fixture.cache.entries.size).toBe(0);
});

test('a task that keeps failing from run to run fails at once, and why is said', async () => {
  const fixture = fixtureOf({ exitCode: 1 }, { retries: 2, refusal: 'its last 3 executions all failed' });
  await fixture.run();
  expect(fixture.machine.started).toEqual([task]);
  const outcome = { kind: 'failed', attempts: 1, notRetried: 'its last 3 executions all failed' };
  expect(fixture.of('task-settled')[0]?.outcome).toMatchObject(outcome);
});

test('nothing is said about attempts where a task passes at once', async () => {
  const fixture = fixtureOf({}, { retries: 2, refusal: 'its last 3 executions all failed' });
  await fixture.run();
  expect(fixture.of('task-settled')[0]?.outcome).toEqual({ kind: 'executed', durationMs: 10, attempts: 1 });
});

test('where no process ran, the same would happen again', async () => {
  const fixture = fixtureOf({ exitCode: 127, detail: 'not found' });
  await fixture.run();
  expect(fixture.machine.started).toEqual([task]);
});

test('an attempt takes the slot of the one before', async () => {
  const fixture = new RunFixture({
    tasks: { [task]: [], 'b:test': [], 'c:test': [] },
    behaviours: { [task]: { exitCodes: [1, 1, 0] } },
    request: { slots: 1, retries: new Map([[task as TaskId, twice]]) },
  });
  await fixture.run();
  expect(fixture.machine.mostAtOnce).toBe(1);
});

test('an interrupt between two attempts ends the task', async () => {
  const fixture: RunFixture = fixtureOf({ exitCode: 1 }, twice, [
    {
      onEvent: (event) => {
        if (event.type === 'task-retried') fixture.abort.abort();
      },
      close: () => Promise.resolve(),
    },
  ]);
  const result = await fixture.run();
  expect(result).toMatchObject({ exitCode: 130, totals: { cancelled: 2 } });
  expect(fixture.machine.started).toEqual([task]);
});

test('an interrupt at the start of another attempt ends that', async () => {
  const fixture: RunFixture = fixtureOf({ exitCode: 1 }, twice, [
    {
      onEvent: (event) => {
        if (event.type === 'task-started' && event.attempt === 2) fixture.abort.abort();
      },
      close: () => Promise.resolve(),
    },
  ]);
  expect(await fixture.run()).toMatchObject({ exitCode: 130, totals: { cancelled: 2 } });
  expect(fixture.machine.stopped).toContain(task);
  expect(fixture.machine.executing.size).toBe(0);
});
