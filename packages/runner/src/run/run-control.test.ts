import type { Reporter, RunEvent, TaskId } from '@larder/core';
import { expect, test } from 'vitest';
import { RunFixture } from '../fakes/run-fixture.ts';
import type { Scenario } from '../fakes/run-fixture.ts';
import { RunControl } from './run-control.ts';

const build = 'a:build' as TaskId;
const serve = 'a:serve' as TaskId;
const plainly = { withInput: false };

/** Acts at the first event that is asked for. */
function at(type: RunEvent['type'], task: TaskId, act: () => void): Reporter {
  let done = false;
  return {
    onEvent: (event) => {
      if (done || event.type !== type || !('task' in event) || event.task !== task) return;
      done = true;
      // As a person at a keyboard: after the runner has done what the event tells of.
      queueMicrotask(act);
    },
    close: async () => {},
  };
}

function fixtureOf(control: RunControl, scenario: Omit<Scenario, 'ports'>): RunFixture {
  return new RunFixture({ ...scenario, ports: { control } });
}

test('a task that is stopped by hand has failed, and what depends on it is skipped', async () => {
  const control = new RunControl();
  const answers: string[] = [];
  const fixture = fixtureOf(control, {
    tasks: { 'b:build': [build] },
    behaviours: { [build]: { durationMs: 1000 } },
    reporters: [at('task-started', build, () => answers.push(control.stop(build)))],
  });
  const result = await fixture.run();
  expect(answers).toEqual(['done']);
  expect(fixture.machine.stopped).toEqual([build]);
  expect(result).toMatchObject({ exitCode: 1, totals: { failed: 1, skipped: 1 } });
  expect(result.outcomes.get(build)).toMatchObject({ kind: 'failed', detail: 'stopped by hand' });
  expect(fixture.cache.entries.size).toBe(0);
});

test('a task that is restarted is executed once more, as the same attempt', async () => {
  const control = new RunControl();
  const fixture = fixtureOf(control, {
    tasks: { [build]: [] },
    behaviours: { [build]: { durationMs: 1000, exitCodes: [1, 0] } },
    reporters: [at('task-started', build, () => control.restart(build, plainly))],
  });
  const result = await fixture.run();
  expect(fixture.machine.started).toEqual([build, build]);
  expect(result.outcomes.get(build)).toMatchObject({ kind: 'executed', attempts: 1 });
  expect(fixture.of('task-retried')).toEqual([]);
});

test('a continuous task that is restarted before it is ready becomes ready all the same', async () => {
  const control = new RunControl();
  const fixture = fixtureOf(control, {
    tasks: { 'a:e2e': [serve] },
    overrides: { [serve]: { continuous: true } },
    behaviours: { [serve]: { readyAfterMs: 500 } },
    reporters: [at('task-started', serve, () => control.restart(serve, plainly))],
  });
  const result = await fixture.run();
  expect(fixture.machine.started).toEqual([serve, serve, 'a:e2e']);
  expect(result.exitCode).toBe(0);
});

test('a continuous task that is stopped by hand has done its work', async () => {
  const control = new RunControl();
  const fixture = fixtureOf(control, {
    tasks: { [serve]: [] },
    overrides: { [serve]: { continuous: true } },
    reporters: [at('task-ready', serve, () => control.stop(serve))],
  });
  const result = await fixture.run();
  expect(result.exitCode).toBe(0);
  expect(result.outcomes.get(serve)).toMatchObject({ kind: 'executed' });
});

test('tasks that do not run cannot be reached, and those that end by themselves have no input', async () => {
  const control = new RunControl();
  const answers: string[] = [];
  const fixture = fixtureOf(control, {
    tasks: { 'b:build': [build] },
    reporters: [
      at('task-started', build, () =>
        answers.push(
          control.write(build, 'x\n'),
          control.stop('b:build' as TaskId),
          control.restart('c:d' as TaskId, plainly),
        ),
      ),
    ],
  });
  await fixture.run();
  expect(answers).toEqual(['no-input', 'not-running', 'not-running']);
  expect(control.stop(build)).toBe('not-running');
});
