import type { RunEvent, RunId, TaskHash, TaskId } from '@larder/core';
import { expect, test } from 'vitest';
import { buildMetrics } from './build-metrics.ts';
import { buildSpans } from './build-spans.ts';
import { collectRunFacts } from './run-facts.ts';
import { TraceContext } from './trace-context.ts';

const [ui, web] = ['ui:build', 'web:build'] as TaskId[] as [TaskId, TaskId];
const hash = 'aa' as TaskHash;
const plan = (id: TaskId) => ({
  id,
  project: id.split(':')[0]!,
  target: 'build',
  requested: true,
  cacheable: true,
  continuous: false,
  dependsOn: [],
  expectedMs: null,
});
const totals = { executed: 0, restoredLocal: 1, restoredRemote: 0, upToDate: 0, failed: 1, skipped: 0, cancelled: 0 };
const events: readonly RunEvent[] = [
  {
    type: 'run-started',
    at: 0,
    runId: 'r' as RunId,
    startedAtEpochMs: 1_000_000,
    command: 'larder run-many -t build',
    slots: 2,
    tasks: [plan(ui), plan(web)],
  },
  { type: 'task-hashed', at: 10, task: ui, hash, durationMs: 4 },
  { type: 'task-looked-up', at: 30, task: ui, result: { kind: 'hit', where: 'local' }, durationMs: 15 },
  { type: 'task-settled', at: 31, task: ui, hash, outcome: { kind: 'restored', from: 'local', savedMs: 500 } },
  { type: 'task-hashed', at: 40, task: web, hash, durationMs: 5 },
  { type: 'task-looked-up', at: 45, task: web, result: { kind: 'miss', reason: null }, durationMs: 5 },
  { type: 'task-started', at: 50, task: web, attempt: 1, command: 'tsc' },
  { type: 'bytes-transferred', at: 60, direction: 'download', sizeBytes: 77, durationMs: 1 },
  {
    type: 'task-settled',
    at: 150,
    task: web,
    hash,
    outcome: { kind: 'failed', exitCode: 3, durationMs: 100, attempts: 1 },
  },
  { type: 'run-finished', at: 160, exitCode: 1, durationMs: 160, tasks: totals, cacheTroubles: 0, savedMs: 500 },
];

function record(traceParent?: string) {
  const { facts, reporter } = collectRunFacts();
  for (const event of events) reporter.onEvent(event);
  let next = 0;
  const context = new TraceContext(traceParent, (bytes) => String((next += 1)).padStart(bytes * 2, '0'));
  return { facts, context };
}

test('a run is a tree: phases and tasks below the run, steps below their task', () => {
  const { facts, context } = record();
  const spans = buildSpans(facts, context, [{ name: 'read', from: -20, to: -5 }]);
  const names = new Map(spans.map(({ id, name }) => [id, name]));
  const times = spans.map(
    ({ name, parentId, startEpochMs, endEpochMs }) =>
      `${names.get(parentId ?? '') ?? '-'} / ${name} ${startEpochMs - 1_000_000}..${endEpochMs - 1_000_000}`,
  );
  expect(times).toEqual([
    '- / larder run-many -t build -20..160',
    'larder run-many -t build / read -20..-5',
    'larder run-many -t build / ui:build 6..31',
    'ui:build / hash 6..10',
    'ui:build / restore 15..30',
    'larder run-many -t build / web:build 35..150',
    'web:build / hash 35..40',
    'web:build / lookup 40..45',
    'web:build / execute 50..150',
  ]);
  expect(spans.filter(({ failure }) => failure !== null).map(({ name, failure }) => [name, failure])).toEqual([
    ['larder run-many -t build', '1 tasks failed'],
    ['web:build', 'exit code 3'],
  ]);
});

test('a run joins the trace that it was started in, and its tasks join the run', () => {
  const parent = '00-0123456789abcdef0123456789abcdef-00000000000000aa-01';
  const { facts, context } = record(parent);
  const given = context.traceParentOf(web);
  const spans = buildSpans(facts, context, []);
  expect(spans[0]?.parentId).toBe('00000000000000aa');
  const span = spans.find(({ name }) => name === web);
  expect(given).toBe(`00-0123456789abcdef0123456789abcdef-${span?.id}-01`);
});

test('what is not sampled stays so, and what is no trace context begins a trace', () => {
  expect(record('00-0123456789abcdef0123456789abcdef-00000000000000aa-00').context.isSampled).toBe(false);
  for (const invalid of ['', 'x', '00-00000000000000000000000000000000-00000000000000aa-01']) {
    const { context } = record(invalid);
    expect([context.parentId, context.isSampled]).toEqual([null, true]);
  }
});

test('metrics count tasks by outcome, the share of hits, and bytes', () => {
  const metrics = buildMetrics(record().facts);
  const valueOf = (name: string): readonly number[] =>
    metrics.filter((one) => one.name === name).map(({ value }) => value);
  expect(valueOf('larder.cache.hit_rate')).toEqual([0.5]);
  expect(valueOf('larder.task.count')).toEqual([1, 1]);
  expect(valueOf('larder.task.duration')).toEqual([0.1]);
  expect(valueOf('larder.run.duration')).toEqual([0.16]);
  expect(valueOf('larder.cache.io')).toEqual([77, 0]);
  expect(valueOf('larder.time_saved')).toEqual([0.5]);
});
