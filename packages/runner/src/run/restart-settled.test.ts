import type { Reporter, RunEvent, TaskId, WorkspacePath } from '@larder/core';
import { expect, test } from 'vitest';
import type { Behaviour } from '../fakes/fake-machine.ts';
import { RunFixture, hashOf } from '../fakes/run-fixture.ts';
import type { Scenario } from '../fakes/run-fixture.ts';
import { RunControl } from './run-control.ts';

const build = 'a:build' as TaskId;
const check = 'a:test' as TaskId;
/** Keeps the run going. */
const long = { 'z:long': { durationMs: 1000 } } satisfies Record<string, Behaviour>;
const plainly = { withInput: false };

interface Wish {
  readonly type: RunEvent['type'];
  readonly task: TaskId;
  readonly act: () => void;
}

/** Acts once at each of these events, as a person does: after the runner has done what the event tells of. */
function at(...wishes: readonly Wish[]): Reporter {
  const open = new Set(wishes);
  return {
    onEvent: (event) => {
      for (const wish of open) {
        if (event.type !== wish.type || !('task' in event) || event.task !== wish.task) continue;
        open.delete(wish);
        queueMicrotask(wish.act);
        return;
      }
    },
    close: async () => {},
  };
}

function fixtureOf(control: RunControl, { behaviours = {}, tasks, ...scenario }: Scenario): RunFixture {
  return new RunFixture({
    ...scenario,
    tasks: { ...tasks, 'z:long': [] },
    behaviours: { ...long, ...behaviours },
    ports: { control },
  });
}

function restartsWhenSettled(control: RunControl, task: TaskId): Reporter {
  return at({ type: 'task-settled', task, act: () => control.restart(task, plainly) });
}

test('a task that failed is executed again, and what was skipped because of it runs', async () => {
  const control = new RunControl();
  const fixture = fixtureOf(control, {
    tasks: { [check]: [build], 'b:test': [check] },
    behaviours: { [build]: { exitCodes: [1, 0] } },
    reporters: [restartsWhenSettled(control, build)],
  });
  const result = await fixture.run();
  expect(result).toMatchObject({ exitCode: 0, totals: { executed: 4, failed: 0, skipped: 0 } });
  expect(fixture.of('tasks-reopened').flatMap(({ tasks }) => tasks)).toEqual([build, check, 'b:test']);
  expect(fixture.machine.started).toEqual([build, 'z:long', build, check, 'b:test']);
});

test('where nothing has changed, a pass after a failure is as flaky as one of a retry', async () => {
  const control = new RunControl();
  const fixture = fixtureOf(control, {
    tasks: { [build]: [] },
    behaviours: { [build]: { exitCodes: [1, 0] } },
    reporters: [restartsWhenSettled(control, build)],
  });
  const result = await fixture.run();
  expect(result.outcomes.get(build)).toEqual({ kind: 'executed', durationMs: 10, attempts: 2 });
  expect(fixture.of('task-started').flatMap(({ task, attempt }) => (task === build ? attempt : []))).toEqual([1, 2]);
  expect(fixture.cache.entries.has(hashOf(build))).toBe(true);
});

test('a failure that was mended before the restart is no flake', async () => {
  const control = new RunControl();
  let source = 'broken';
  const fixture = fixtureOf(control, {
    tasks: { [build]: [] },
    behaviours: { [build]: { exitCodes: [1, 0] } },
    hasher: { hash: async (task) => ({ task, hash: hashOf(`${task} ${source}`), entries: [] }) },
    reporters: [
      at({
        type: 'task-settled',
        task: build,
        act: () => {
          source = 'mended';
          control.restart(build, plainly);
        },
      }),
    ],
  });
  const result = await fixture.run();
  expect(result.outcomes.get(build)).toMatchObject({ kind: 'executed', attempts: 1 });
  expect([...fixture.cache.entries.keys()]).toContain(hashOf(`${build} mended`));
});

test('inputs are looked at again before a restarted task is hashed', async () => {
  const control = new RunControl();
  const asked: string[] = [];
  const fixture = fixtureOf(control, {
    tasks: { [build]: [] },
    behaviours: { [build]: { exitCodes: [1, 0] } },
    hasher: {
      hash: async (task) => {
        asked.push(`hash ${task}`);
        return { task, hash: hashOf(task), entries: [] };
      },
      findMovedInputs: async (task) => {
        asked.push(`look ${task}`);
        return [];
      },
    },
    reporters: [restartsWhenSettled(control, build)],
  });
  await fixture.run();
  const own = asked.filter((line) => line.endsWith(build));
  expect(own).toEqual([`hash ${build}`, `look ${build}`, `hash ${build}`, `look ${build}`]);
});

test('what fails again has failed, and the run with it', async () => {
  const control = new RunControl();
  const fixture = fixtureOf(control, {
    tasks: { [check]: [build] },
    behaviours: { [build]: { exitCode: 1 } },
    reporters: [restartsWhenSettled(control, build)],
  });
  const result = await fixture.run();
  expect(result).toMatchObject({ exitCode: 1, totals: { failed: 1, skipped: 1, executed: 1 } });
  expect(result.outcomes.get(build)).toMatchObject({ kind: 'failed', attempts: 2 });
});

test('the last outcome counts also where it is the worse one', async () => {
  const control = new RunControl();
  const fixture = fixtureOf(control, {
    tasks: { [build]: [] },
    behaviours: { [build]: { exitCodes: [0, 1] } },
    reporters: [restartsWhenSettled(control, build)],
  });
  expect(await fixture.run()).toMatchObject({ exitCode: 1, totals: { failed: 1 } });
});

test('a task that was up to date is executed, whatever the cache has', async () => {
  const control = new RunControl();
  const fixture = fixtureOf(control, {
    tasks: { [build]: [] },
    reporters: [restartsWhenSettled(control, build)],
  });
  fixture.cache.entries.set(hashOf(build), { terminalOutput: new Uint8Array(0), durationMs: 5 });
  fixture.cache.inPlace.add(build);
  const result = await fixture.run();
  expect(fixture.machine.started).toEqual(['z:long', build]);
  expect(result).toMatchObject({ totals: { executed: 2, upToDate: 0 } });
});

test('what succeeded on it stays, what runs on it is not stored, and what comes later is not either', async () => {
  const control = new RunControl();
  const running = 'b:test' as TaskId;
  const fixture = fixtureOf(control, {
    tasks: { 'a:done': [build], [running]: [build], 'c:later': [running] },
    behaviours: { 'a:done': { durationMs: 1 }, [running]: { durationMs: 500 } },
    request: { slots: 4 },
    reporters: [at({ type: 'task-settled', task: 'a:done' as TaskId, act: () => control.restart(build, plainly) })],
  });
  const result = await fixture.run();
  expect(result).toMatchObject({ exitCode: 0, totals: { executed: 5 } });
  expect(fixture.of('tasks-reopened').flatMap(({ tasks }) => tasks)).toEqual([build]);
  expect([...fixture.cache.entries.keys()].toSorted()).toEqual([build, 'a:done', 'z:long'].map(hashOf).toSorted());
  expect(fixture.of('task-looked-up').find(({ task }) => task === 'c:later')?.result).toMatchObject({
    reason: 'a task that it depends on was executed again',
  });
});

test('a task that was stopped by hand and then passes has not failed by chance', async () => {
  const control = new RunControl();
  const fixture = fixtureOf(control, {
    tasks: { [build]: [] },
    behaviours: { [build]: { durationMs: 100 } },
    reporters: [
      at(
        { type: 'task-started', task: build, act: () => control.stop(build) },
        { type: 'task-settled', task: build, act: () => control.restart(build, plainly) },
      ),
    ],
  });
  const result = await fixture.run();
  expect(result.outcomes.get(build)).toMatchObject({ kind: 'executed', attempts: 1 });
});

test('tasks that never ran, and all tasks once the run is over, cannot be restarted', async () => {
  const control = new RunControl();
  const answers: string[] = [];
  const fixture = fixtureOf(control, {
    tasks: { [check]: [build] },
    behaviours: { [build]: { exitCode: 1 } },
    reporters: [
      at({ type: 'task-settled', task: check, act: () => answers.push(control.restart(check, plainly)) }),
      at({ type: 'task-settled', task: 'z:long' as TaskId, act: () => fixture.abort.abort() }),
    ],
  });
  await fixture.run();
  answers.push(control.restart(build, plainly));
  expect(answers).toEqual(['not-running', 'not-running']);
});

test('a run that is held open waits for restarts, and that time is not its own', async () => {
  const control = new RunControl();
  control.hold(true);
  const fixture = fixtureOf(control, {
    tasks: { [build]: [] },
    behaviours: { [build]: { exitCodes: [1, 0] } },
    reporters: [
      at({
        type: 'task-settled',
        task: 'z:long' as TaskId,
        act: () =>
          void fixture.machine.after(60_000).then(() => {
            control.restart(build, plainly);
            control.hold(false);
          }),
      }),
    ],
  });
  const result = await fixture.run();
  expect(result).toMatchObject({ exitCode: 0, totals: { executed: 2 } });
  expect(fixture.of('run-finished')[0]?.durationMs).toBe(1010);
});

test('an interrupt ends a run that is held open', async () => {
  const control = new RunControl();
  control.hold(true);
  const fixture = fixtureOf(control, {
    tasks: {},
    reporters: [at({ type: 'task-settled', task: 'z:long' as TaskId, act: () => fixture.abort.abort() })],
  });
  expect(await fixture.run()).toMatchObject({ exitCode: 130 });
});

test('what was wished for before the run is executed, and failures before it count where nothing has changed', async () => {
  const wish = { withInput: false, failedAttempts: 1, hash: hashOf(build) };
  const fixture = new RunFixture({ tasks: { [build]: [] }, request: { restarts: new Map([[build, wish]]) } });
  fixture.cache.entries.set(hashOf(build), { terminalOutput: new Uint8Array(0), durationMs: 5 });
  const result = await fixture.run();
  expect(result.outcomes.get(build)).toMatchObject({ kind: 'executed', attempts: 2 });
});

test('what builds on something unsound from before the run is neither restored nor stored', async () => {
  const flaws = new Map([[build, 'was typed to']]);
  const fixture = new RunFixture({ tasks: { [check]: [build] }, request: { flaws } });
  fixture.cache.entries.set(hashOf(check), { terminalOutput: new Uint8Array(0), durationMs: 5 });
  expect(await fixture.run()).toMatchObject({ totals: { executed: 2 } });
  expect([...fixture.cache.entries.keys()]).toEqual([hashOf(check)]);
});

test('what is built on a task that was restarted after an edit is filed under no hash that the edit is not in', async () => {
  const control = new RunControl();
  let isEdited = false;
  const fixture = fixtureOf(control, {
    tasks: { [check]: [build] },
    behaviours: { [build]: { durationMs: 100 } },
    hasher: {
      findMovedInputs: async (task) => (isEdited && task === build ? ['a/src/index.ts' as WorkspacePath] : []),
    },
    reporters: [
      at({
        type: 'task-started',
        task: build,
        act: () => {
          isEdited = true;
          control.restart(build, plainly);
        },
      }),
    ],
  });
  expect(await fixture.run()).toMatchObject({ exitCode: 0 });
  expect([...fixture.cache.entries.keys()]).toEqual([hashOf('z:long')]);
  expect(fixture.of('cache-trouble').map(({ code, task }) => [code, task])).toEqual([
    ['inputs-changed-while-running', build],
  ]);
});
