import { expect, test } from 'vitest';
import { recordOf } from '../testing/recorded-run.ts';
import { buildTrace } from './build-trace.ts';

const phases = [{ name: 'start-up', from: -80, to: 0 }];
const { traceEvents } = buildTrace(recordOf(), phases);
const spans = traceEvents.filter(({ ph }) => ph === 'X');

test('starts with what came before the run, at zero', () => {
  expect(spans.slice(0, 2).map(({ name, ts, dur }) => [name, ts, dur])).toEqual([
    ['start-up', 0, 80_000],
    ['run', 80_000, 4_600_000],
  ]);
});

test('shows each task with its phases inside', () => {
  const own = spans.filter(({ name }) => name === 'ui:build')[0]!;
  const inner = spans.filter(
    ({ cat, tid, ts }) => cat === 'phase' && tid === own.tid && ts >= own.ts && ts < own.ts + own.dur!,
  );
  expect(inner.map(({ name }) => name)).toEqual(['hash', 'lookup', 'execute']);
  expect(spans.some(({ name }) => name === 'restore')).toBe(true);
});

test('never draws two tasks over each other', () => {
  const tasks = spans.filter(({ cat }) => cat === 'task').toSorted((a, b) => a.ts - b.ts);
  for (const lane of new Set(tasks.map(({ tid }) => tid))) {
    const inLane = tasks.filter(({ tid }) => tid === lane);
    for (const [index, task] of inLane.entries()) {
      expect(inLane[index + 1]?.ts ?? Infinity).toBeGreaterThanOrEqual(task.ts + task.dur!);
    }
  }
});

test('has whole, non-negative microseconds only, and counts back to nothing running', () => {
  expect(
    traceEvents.every(({ ts, dur = 0 }) => Number.isInteger(ts) && Number.isInteger(dur) && ts >= 0 && dur >= 0),
  ).toBe(true);
  expect(traceEvents.filter(({ ph }) => ph === 'C').at(-1)?.args).toEqual({ tasks: 0 });
});
