import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { drawTaskGraph } from '../fixtures/draw-graphs.ts';
import type { TaskId } from '../ids.ts';
import { decideInterrupt, decideRound, type TaskStanding, type WatchedTasks } from './decide-round.ts';
import { findOutdated, indexHashedDependents } from './find-outdated.ts';

const chain = 'app:build -> ui:build\nui:build -> core:build\nother:build';

/** Tasks not named are done. */
function watched(
  drawing: string,
  standings: Readonly<Record<string, TaskStanding>>,
  ...stale: readonly string[]
): WatchedTasks {
  const taskGraph = drawTaskGraph(drawing);
  const reasons = new Map(
    stale.map((task) => [task as TaskId, { kind: 'file', path: 'x' as never, input: '' } as const]),
  );
  const outdated = new Set(findOutdated(reasons, indexHashedDependents(taskGraph)).keys());
  return { taskGraph, outdated, standingOf: (task) => standings[task] ?? 'done' };
}

const roundOf = (tasks: WatchedTasks): readonly string[] => [...decideRound(tasks).tasks.keys()];

describe('a round', () => {
  test('is everything at first, and then what is outdated with what depends on it', () => {
    const all = Object.fromEntries(['app', 'ui', 'core', 'other'].map((name) => [`${name}:build`, 'new'] as const));
    expect(roundOf(watched(chain, all))).toEqual(['app:build', 'core:build', 'other:build', 'ui:build']);
    expect(roundOf(watched(chain, {}, 'ui:build'))).toEqual(['app:build', 'ui:build']);
    expect(roundOf(watched(chain, {}))).toEqual([]);
  });

  test('holds only the edges between its tasks: the rest is in order', () => {
    const { dependencies } = decideRound(watched(chain, {}, 'ui:build'));
    expect(dependencies).toEqual(
      new Map([
        ['app:build', [{ dependency: 'ui:build', hashed: true }]],
        ['ui:build', []],
      ]),
    );
  });

  test('takes in what failed only where something that changed needs it', () => {
    const standings = { 'core:build': 'failed', 'ui:build': 'skipped', 'app:build': 'skipped' } as const;
    expect(roundOf(watched(chain, standings))).toEqual([]);
    expect(roundOf(watched(chain, standings, 'other:build'))).toEqual(['other:build']);
    expect(roundOf(watched(chain, standings, 'app:build'))).toEqual(['app:build', 'core:build', 'ui:build']);
  });

  test('carries on with what an interrupted round left', () => {
    const standings = { 'core:build': 'cancelled', 'ui:build': 'cancelled', 'app:build': 'cancelled' } as const;
    expect(roundOf(watched(chain, standings, 'other:build'))).toHaveLength(4);
  });

  test('gives a skipped task its turn, also where the edge to what had failed is not hashed', () => {
    const drawing = 'web:e2e ~> web:serve\nweb:report -> web:e2e\nlib:build';
    const standings = { 'web:serve': 'failed', 'web:e2e': 'skipped', 'web:report': 'skipped' } as const;
    expect(roundOf(watched(drawing, standings, 'web:serve'))).toEqual(['web:e2e', 'web:report', 'web:serve']);
    expect(roundOf(watched(drawing, standings, 'lib:build'))).toEqual(['lib:build']);
  });

  test('leaves continuous tasks alone that are alive and not outdated', () => {
    const drawing = 'web:e2e -> web:serve\nweb:serve -> lib:build\nother:test';
    expect(roundOf(watched(drawing, { 'web:serve': 'alive' }, 'web:e2e'))).toEqual(['web:e2e']);
    expect(roundOf(watched(drawing, { 'web:serve': 'alive' }, 'lib:build'))).toEqual([
      'lib:build',
      'web:e2e',
      'web:serve',
    ]);
  });
});

describe('an interrupt', () => {
  test('stops the tasks that run on what is no longer so, and those that build on them', () => {
    const standings = { 'core:build': 'done', 'ui:build': 'running', 'app:build': 'waiting', 'other:build': 'running' };
    expect(decideInterrupt(watched(chain, standings as Record<string, TaskStanding>, 'core:build'))).toEqual([
      'ui:build',
    ]);
  });

  test('is not needed for tasks that have yet to be hashed', () => {
    const standings = { 'core:build': 'running', 'ui:build': 'waiting', 'app:build': 'waiting' } as const;
    expect(decideInterrupt(watched(chain, standings, 'ui:build'))).toBeNull();
    expect(decideInterrupt(watched(chain, standings))).toBeNull();
  });

  test('makes room for tasks outside of the round without stopping any', () => {
    expect(decideInterrupt(watched(chain, { 'core:build': 'running' }, 'other:build'))).toEqual([]);
  });
});

const names = ['a:x', 'b:x', 'c:x', 'd:x', 'e:x'];
const standing = fc.constantFrom<TaskStanding>('new', 'done', 'failed', 'skipped', 'cancelled', 'alive');
const worlds = fc
  .record({
    edges: fc.uniqueArray(fc.tuple(fc.nat(4), fc.nat(4), fc.constantFrom('->', '~>')), { maxLength: 8 }),
    standings: fc.array(standing, { minLength: 5, maxLength: 5 }),
    stale: fc.subarray(names),
  })
  .map(({ edges, standings, stale }) => {
    const lines = edges
      .filter(([from, to]) => from < to)
      .map(([from, to, arrow]) => `${names[from]} ${arrow} ${names[to]}`);
    return watched(
      [...names, ...lines].join('\n'),
      Object.fromEntries(names.map((name, at) => [name, standings[at]!])),
      ...stale,
    );
  });

test('in any state a round holds all that is outdated, nothing that is in order, and all that its tasks need', () => {
  fc.assert(
    fc.property(worlds, (world) => {
      const round = decideRound(world).tasks;
      for (const task of world.outdated) expect(round.has(task)).toBe(true);
      for (const task of round.keys()) {
        const isInOrder = ['done', 'alive'].includes(world.standingOf(task));
        expect(isInOrder && !world.outdated.has(task)).toBe(false);
        for (const { dependency } of world.taskGraph.dependencies.get(task) ?? []) {
          expect(round.has(dependency) || ['done', 'alive'].includes(world.standingOf(dependency))).toBe(true);
        }
      }
    }),
  );
});

test('once a round has succeeded there is nothing left to do', () => {
  fc.assert(
    fc.property(worlds, (world) => {
      const round = decideRound(world).tasks;
      const after = {
        ...world,
        outdated: new Set<TaskId>(),
        standingOf: (task: TaskId) => (round.has(task) ? 'done' : world.standingOf(task)),
      };
      expect(decideRound(after as WatchedTasks).tasks.size).toBe(0);
    }),
  );
});
