import type { RunEvent, RunId, TaskHash, TaskId, TaskOutcome } from '@larder/core';
import { expect, test } from 'vitest';
import type { BatchOutput } from './decide-output.ts';
import { LiveOutput } from './live-output.ts';
import type { NxBatchResult, NxBatchStep } from './nx-batch.ts';
import { ResultCollector } from './result-collector.ts';

const executed: TaskOutcome = { kind: 'executed', durationMs: 5, attempts: 1 };
const failed: TaskOutcome = { kind: 'failed', exitCode: 3, durationMs: 5, attempts: 1 };

function collect(output: BatchOutput = { live: 'nothing', resultsRepeat: true }) {
  const shown: string[] = [];
  const live = new LiveOutput({
    form: output.live,
    write: (_stream, text) => void shown.push(text),
    projectOf: (task) => task,
  });
  const collector = new ResultCollector({ live, resultsRepeat: output.resultsRepeat });
  const emit = (event: RunEvent): void => collector.onEvent(event);
  emit({
    type: 'run-started',
    at: 10,
    runId: 'r' as RunId,
    startedAtEpochMs: 1_000_010,
    command: 'nx',
    slots: 1,
    tasks: [],
  });
  return {
    shown,
    collector,
    start: (task: string, at: number) =>
      emit({ type: 'task-started', at, task: task as TaskId, attempt: 1, command: 'x' }),
    say: (task: string, text: string, replayed = false) =>
      emit({ type: 'task-output', at: 0, task: task as TaskId, stream: 'stdout', text, replayed }),
    settle: (task: string, outcome: TaskOutcome, at = 0) =>
      emit({ type: 'task-settled', at, task: task as TaskId, hash: 'h' as TaskHash, outcome }),
  };
}

async function stepsOf(collector: ResultCollector, run: Promise<unknown>): Promise<readonly NxBatchStep[]> {
  const steps: NxBatchStep[] = [];
  for await (const step of collector.stepsOf(run)) steps.push(step);
  return steps;
}

async function resultOf(outcome: TaskOutcome): Promise<NxBatchResult | undefined> {
  const { collector, settle } = collect();
  settle('a', outcome);
  return (await stepsOf(collector, Promise.resolve()))[0]?.result;
}

test.each<[TaskOutcome, NxBatchResult['status']]>([
  [executed, 'success'],
  [failed, 'failure'],
  [{ kind: 'restored', from: 'local', savedMs: 1 }, 'local-cache'],
  [{ kind: 'restored', from: 'remote', savedMs: 1 }, 'remote-cache'],
  [{ kind: 'up-to-date', savedMs: 1 }, 'local-cache-kept-existing'],
])('%j is %s for Nx', async (outcome, status) => {
  expect(await resultOf(outcome)).toMatchObject({ status, success: status !== 'failure' });
});

test.each<TaskOutcome>([{ kind: 'skipped', failedDependency: 'b' as TaskId }, { kind: 'cancelled' }])(
  '$kind has no result: Nx decides by itself',
  async (outcome) => {
    expect(await resultOf(outcome)).toBeUndefined();
  },
);

test('a result has the output of its task alone, and when it began and ended on the clock of the wall', async () => {
  const { collector, start, say, settle } = collect();
  start('a', 20);
  start('b', 30);
  say('a', 'from ');
  say('b', 'other');
  say('a', 'a\n');
  settle('a', executed, 50);
  expect(await stepsOf(collector, Promise.resolve())).toEqual([
    {
      task: 'a',
      result: {
        success: true,
        status: 'success',
        terminalOutput: 'from a\n',
        startTime: 1_000_020,
        endTime: 1_000_050,
      },
    },
  ]);
});

test('why no process ran stands behind the output', async () => {
  const { collector, say, settle } = collect();
  say('a', 'said\n');
  settle('a', { ...failed, detail: 'no such folder' });
  const [step] = await stepsOf(collector, Promise.resolve());
  expect(step?.result.terminalOutput).toBe('said\nlarder: no such folder\n');
});

test('tasks come while the run goes on, and its failure comes last', async () => {
  const { collector, settle } = collect();
  const run = Promise.withResolvers<never>();
  const steps = collector.stepsOf(run.promise);
  const first = steps.next();
  settle('a', executed);
  expect((await first).value).toMatchObject({ task: 'a' });
  const second = steps.next();
  settle('b', executed);
  run.reject(new Error('broken'));
  expect((await second).value).toMatchObject({ task: 'b' });
  await expect(steps.next()).rejects.toThrow('broken');
});

test('what was shown live is not in the result, but what comes from the cache is', async () => {
  const { collector, shown, say, settle } = collect({ live: 'lines', resultsRepeat: false });
  say('a', 'now\n');
  say('b', 'then\n', true);
  settle('a', failed);
  settle('b', { kind: 'up-to-date', savedMs: 1 });
  const steps = await stepsOf(collector, Promise.resolve());
  expect(shown).toEqual(['a: now\n']);
  expect(steps.map(({ result }) => result.terminalOutput)).toEqual(['', 'then\n']);
});

test('where Nx has places for both, it gets both', async () => {
  const { collector, shown, say, settle } = collect({ live: 'lines', resultsRepeat: true });
  say('a', 'now');
  settle('a', executed);
  const steps = await stepsOf(collector, Promise.resolve());
  expect(shown).toEqual(['a: now\n']);
  expect(steps.map(({ result }) => result.terminalOutput)).toEqual(['now']);
});
