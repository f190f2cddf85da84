import { describe, expect, test } from 'vitest';
import { asRunId, type TaskTakes } from '@larder/core';
import type { RunRecord } from '../records/run-record.ts';
import { executes, planned, recordOf, restores, started, taskId } from '../testing/recorded-run.ts';
import { analyzeRun, type RunAnalysis } from './analyze-run.ts';
import { EventQueue } from './event-queue.ts';
import { renderAnalysis } from './render-analysis.ts';
import { simulateRun, type SimulatedTask } from './simulate-run.ts';

function task(id: string, executeMs: number, dependsOn: readonly string[] = []): SimulatedTask {
  const work = { kind: 'execute', executeMs, storeMs: 0, failed: false } as const;
  return { id: taskId(id), dependsOn: dependsOn.map(taskId), lookupMs: 0, work };
}

const plain: TaskTakes = { weight: 1, alone: false, shares: [] };

describe('the simulation', () => {
  const fork = [task('a', 10), task('b', 30, ['a']), task('c', 20, ['a']), task('d', 5, ['b', 'c'])];

  test('waits for dependencies and for slots', () => {
    expect(simulateRun(fork, 1)).toBe(65);
    expect(simulateRun(fork, 2)).toBe(45);
    expect(simulateRun(fork, 8)).toBe(45);
  });

  test('gives the slot back before the result is stored, and dependents wait for that', () => {
    const storing = fork.map((each) => (each.id === 'a' ? { ...each, work: { ...each.work, storeMs: 7 } } : each));
    expect(simulateRun(storing as readonly SimulatedTask[], 2)).toBe(52);
  });

  test('skips what depends on a failure', () => {
    const broken = fork.map((each) => (each.id === 'b' ? { ...each, work: { ...each.work, failed: true } } : each));
    expect(simulateRun(broken as readonly SimulatedTask[], 2)).toBe(40);
  });

  test('lets continuous tasks serve without a slot, and end with those that need them', () => {
    const server: SimulatedTask = { id: taskId('s'), dependsOn: [], lookupMs: 0, work: { kind: 'serve' } };
    expect(simulateRun([server, task('t', 10, ['s'])], 1)).toBe(10);
  });

  test('restores take no slot', () => {
    const hits = ['x', 'y', 'z'].map((id): SimulatedTask => ({
      ...task(id, 0),
      work: { kind: 'restore', restoreMs: 10 },
    }));
    expect(simulateRun([...hits, task('t', 10)], 1)).toBe(10);
  });

  test('lets tasks take several slots, share mutexes and resources, and run alone', () => {
    const both = (takes: TaskTakes): readonly SimulatedTask[] =>
      ['x', 'y'].map((id): SimulatedTask => ({ ...task(id, 10), takes }));
    const share = (amount: number, of: number): TaskTakes => ({ ...plain, shares: [{ name: 'gpu', amount, of }] });
    expect(simulateRun(both(plain), 4)).toBe(10);
    expect([2, 3, 4].map((slots) => simulateRun(both({ ...plain, weight: 2 }), slots))).toEqual([20, 20, 10]);
    expect([share(1, 1), share(1, 2), share(2, 3)].map((takes) => simulateRun(both(takes), 4))).toEqual([20, 10, 20]);
    expect(simulateRun(both({ ...plain, alone: true }), 4)).toBe(20);
  });

  test('a run of 2,000 tasks takes little time', () => {
    const many = Array.from({ length: 2000 }, (_, index) =>
      task(`p${index}`, (index % 7) + 1, index < 10 ? [] : [`p${index >> 1}`]),
    );
    const before = performance.now();
    expect(simulateRun(many, 4)).toBeGreaterThan(1000);
    expect(performance.now() - before).toBeLessThan(2000);
  });
});

test('events happen in the order of their times, and of equal ones in the order in which they came', () => {
  const queue = new EventQueue();
  const seen: number[] = [];
  for (const [place, at] of [5, 1, 3, 1, 5, 2, 4, 1].entries()) queue.add(at, () => seen.push(place));
  for (let next = queue.take(); next !== null; next = queue.take()) next.act();
  expect(seen).toEqual([1, 3, 7, 5, 2, 6, 0, 4]);
});

describe('the analysis', () => {
  /** `a`, then `b` and `c` side by side on two slots, then `d`. */
  function forkRun(): RunRecord {
    const tasks = [planned('a:x'), planned('b:x', ['a:x']), planned('c:x', ['a:x']), planned('d:x', ['b:x', 'c:x'])];
    const events = [
      ...executes('a:x', 0, 100),
      ...executes('b:x', 100, 500),
      ...executes('c:x', 100, 200),
      ...executes('d:x', 500, 600),
    ];
    return { ...recordOf([started(tasks), ...events]), durationMs: 600, slots: 2 };
  }

  function changeOf(analysis: RunAnalysis, kind: string, id?: string): number | undefined {
    return analysis.whatIf.find(({ change }) => change.kind === kind && (!('task' in change) || change.task === id))
      ?.savedMs;
  }

  test('finds the chain, the idle slots and who caused them', () => {
    const analysis = analyzeRun(forkRun(), []);
    expect(analysis.chain.map(({ task: id, tookMs }) => [id, tookMs])).toEqual([
      ['a:x', 100],
      ['b:x', 400],
      ['d:x', 100],
    ]);
    expect(analysis.slotUse).toMatchObject({ idleSlotMs: 500, meanRunning: 700 / 600 });
    expect(analysis.slotUse.causes).toEqual([
      { task: 'b:x', idleSlotMs: 300 },
      { task: 'a:x', idleSlotMs: 100 },
      { task: 'd:x', idleSlotMs: 100 },
    ]);
  });

  test('names the change that saves most, and knows what changes nothing', () => {
    const analysis = analyzeRun(forkRun(), []);
    expect(Math.abs(analysis.simulatedMs - 600)).toBeLessThan(15);
    expect(changeOf(analysis, 'twice-as-fast', 'b:x')).toBe(200);
    expect(changeOf(analysis, 'twice-as-fast', 'c:x')).toBe(0);
    expect(changeOf(analysis, 'split', 'a:x')).toBe(50);
    expect(changeOf(analysis, 'perfect-cache')).toBeGreaterThan(500);
    expect(renderAnalysis(analysis, { color: false, columns: 100 })).toMatch(/Saves most: b:x (twice as fast|split)/);
  });

  test('promises nothing of slots that tasks could not use, and counts those that they took', () => {
    const takes = { ...plain, weight: 2, shares: [{ name: 'mutex db', amount: 1, of: 1 }] };
    const tasks = [planned('a:x', [], { takes }), planned('b:x', [], { takes })];
    const events = [started(tasks), ...executes('a:x', 0, 100), ...executes('b:x', 100, 200)];
    const analysis = analyzeRun({ ...recordOf(events), durationMs: 200, slots: 2 }, []);
    expect(Math.abs(analysis.simulatedMs - 200)).toBeLessThan(10);
    const moreSlots = analysis.whatIf.filter(({ change }) => change.kind === 'slots');
    expect(moreSlots.map(({ savedMs }) => Math.round(savedMs))).toEqual(moreSlots.map(() => 0));
    expect(changeOf(analysis, 'split', 'a:x')).toBe(0);
    expect(analysis.slotUse.idleSlotMs).toBeLessThan(10);
  });

  test('tells what went over the wire, and what of it nobody asked for', () => {
    const run = { ...forkRun(), downloadedBytes: 2_000_000, unusedDownloads: 3 };
    const text = renderAnalysis(analyzeRun(run, []), { color: false, columns: 100 });
    expect(text).toMatch(/remote +2\.0 MB down, 0 B up, 3 fetched ahead and not needed/);
    expect(renderAnalysis(analyzeRun(forkRun(), []), { color: false, columns: 100 })).not.toContain('remote');
  });

  test('is compared with runs that executed the same, and with no others', () => {
    const run = forkRun();
    const other = { ...run, runId: asRunId('other'), slots: 1, durationMs: 700 };
    const hits = recordOf([started([planned('a:x')]), ...restores('a:x', 0, 'local')]);
    const { validation } = analyzeRun(run, [run, other, { ...hits, runId: asRunId('hits') }]);
    expect(validation.map(({ runId }) => runId)).toEqual(['other']);
    expect(Math.abs(validation[0]!.error)).toBeLessThan(0.02);
  });

  test('of a run of nothing but hits, and of nothing at all, has no advice', () => {
    const hits = recordOf([started([planned('a:x')]), ...restores('a:x', 0, 'local')]);
    expect(renderAnalysis(analyzeRun(hits, []), { color: false, columns: 100 })).toContain('No single change');
    expect(analyzeRun(recordOf([started([])]), [])).toMatchObject({ chain: [], validation: [] });
  });
});
