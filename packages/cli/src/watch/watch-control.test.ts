import { drawTaskGraph } from '@larder/core/fixtures';
import type { RunEvent, TaskId, TaskOutcome, TaskStanding } from '@larder/core';
import { expect, test } from 'vitest';
import { WatchControl } from './watch-control.ts';

const serve = 'a:serve' as TaskId;
const build = 'a:build' as TaskId;
const taskGraph = drawTaskGraph('c:build -> b:build\nb:build -> a:build\na:e2e -> a:serve');

interface World {
  readonly control: WatchControl;
  readonly log: string[];
  readonly alive: Set<TaskId>;
}

function start(standings: Readonly<Record<string, TaskStanding>> = {}): World {
  const log: string[] = [];
  const alive = new Set<TaskId>();
  const control = new WatchControl({
    live: {
      has: (task) => alive.has(task),
      outdate: (tasks) => {
        for (const task of tasks) if (alive.delete(task)) log.push(`end ${task}`);
      },
      write: (task, text) => void log.push(`write ${task} ${text}`),
      endInput: (task) => void log.push(`end input ${task}`),
    },
    taskGraph: () => taskGraph,
    standingOf: (task) => standings[task] ?? 'new',
    onWish: (task, { withInput }) => void log.push(`wish ${task}${withInput ? ' with input' : ''}`),
    onStopped: (task) => void log.push(`stopped ${task}`),
  });
  return { control, log, alive };
}

/** As a round does that executes the task. */
function runs({ control, log }: World, task: TaskId, hasInput: boolean): () => void {
  return control.round.add(task, {
    stop: () => log.push(`round stops ${task}`),
    restart: () => log.push(`round restarts ${task}`),
    input: () => (hasInput ? { write: () => log.push('noted'), end: () => log.push('noted') } : null),
  });
}

function settles(task: TaskId, outcome: TaskOutcome): RunEvent {
  return { type: 'task-settled', at: 0, task, hash: null, outcome };
}

test('what the round is told to stop or restart is ended for good, not only let go', () => {
  const world = start();
  runs(world, build, false);
  world.alive.add(build);
  expect(world.control.stop(build)).toBe('done');
  world.alive.add(build);
  expect(world.control.restart(build, { withInput: false })).toBe('done');
  expect(world.log).toEqual([`round stops ${build}`, `end ${build}`, `round restarts ${build}`, `end ${build}`]);
});

test('a server that no round follows is stopped, and restarted by a round of its own', () => {
  const { control, log, alive } = start({ [serve]: 'alive' });
  alive.add(serve);
  expect(control.stop(serve)).toBe('done');
  expect(control.stop(serve)).toBe('not-running');
  alive.add(serve);
  expect(control.restart(serve, { withInput: false })).toBe('done');
  expect(log).toEqual([`end ${serve}`, `stopped ${serve}`, `end ${serve}`, `wish ${serve}`]);
});

test('tasks that are done or failed are executed again, others not', () => {
  const standings: Record<string, TaskStanding> = { 'a:build': 'failed', 'b:build': 'done', 'c:build': 'skipped' };
  const { control, log } = start(standings);
  const answers = Object.keys(standings).map((id) => control.restart(id as TaskId, { withInput: true }));
  expect(answers).toEqual(['done', 'done', 'not-running']);
  expect(log).toEqual(['wish a:build with input', 'wish b:build with input']);
});

test('what is typed reaches the process, whether a round follows it or not, and an empty input is no input', () => {
  const world = start();
  const leave = runs(world, serve, true);
  world.alive.add(serve);
  expect(world.control.write(serve, 'rs\n')).toBe('done');
  leave();
  expect(world.control.write(serve, 'q\n')).toBe('done');
  expect(world.control.endInput(serve)).toBe('done');
  expect(world.log).toEqual(['noted', `write ${serve} rs\n`, `write ${serve} q\n`, `end input ${serve}`]);
  runs(world, build, false);
  expect(world.control.write(build, 'x')).toBe('no-input');
  expect(world.control.write('b:build' as TaskId, 'x')).toBe('not-running');
});

test('what builds on a task that was typed to is unsound in later rounds, until all of it was executed anew', () => {
  const world = start();
  const { control } = world;
  runs(world, build, true);
  control.write(build, 'Ada\n');
  expect([...control.listFlaws().keys()]).toEqual(['b:build', 'c:build']);
  control.noteFresh(build);
  expect([...control.listFlaws().keys()]).toEqual(['c:build']);
  control.reporter.onEvent(settles('b:build' as TaskId, { kind: 'restored', from: 'local', savedMs: 1 }));
  control.noteFresh('c:build' as TaskId);
  expect([...control.listFlaws().keys()]).toEqual([]);
});

test('a watch cannot be held open, for it goes on anyway', () => {
  expect(start().control.hold()).toBe('not-running');
});
