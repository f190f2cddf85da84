import { expect, test } from 'vitest';
import { drawTaskGraph } from '../fixtures/draw-graphs.ts';
import { formatTaskId, parseTaskHash, type TaskId } from '../ids.ts';
import type { CacheLookupResult } from '../run-event.ts';
import { planRun } from './plan-run.ts';
import type { PlannedHash } from './run-plan.ts';

const hash: PlannedHash = { kind: 'ready', hash: parseTaskHash('0'.repeat(32))! };
const build = formatTaskId('ui', 'build');

test('a plan says for each task what it waits for, its hash, what the cache has and how long it takes', () => {
  const taskGraph = drawTaskGraph('web:build -> ui:build\nweb:deploy -> web:build\nweb:serve -> ui:build\nz:lint', {
    'web:deploy': { cache: false },
    'web:serve': { continuous: true },
  });
  const hashes = new Map<TaskId, PlannedHash>([...taskGraph.tasks.keys()].map((task) => [task, hash]));
  hashes.set(formatTaskId('web', 'build'), { kind: 'deferred', waitsFor: [build] });
  const lookups = new Map<TaskId, CacheLookupResult>([[build, { kind: 'hit', where: 'remote' }]]);

  const plan = planRun({ taskGraph, hashes, lookups, durations: new Map([[build, 12]]) });

  expect(plan.criticalPath).toEqual(['ui:build', 'web:build', 'web:deploy']);
  expect(plan.entries[0]).toEqual({
    task: 'ui:build',
    hash,
    dependsOn: [],
    cache: { kind: 'hit', where: 'remote' },
    expectedMs: 12,
  });
  expect(
    plan.entries.map(({ task, dependsOn, cache, expectedMs }) => [task, dependsOn, cache.kind, expectedMs]),
  ).toEqual([
    ['ui:build', [], 'hit', 12],
    ['web:build', ['ui:build'], 'deferred', null],
    ['web:deploy', ['web:build'], 'uncacheable', null],
    ['web:serve', ['ui:build'], 'uncacheable', null],
    ['z:lint', [], 'miss', null],
  ]);
});
