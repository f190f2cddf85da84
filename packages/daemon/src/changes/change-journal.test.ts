import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { ChangeJournal, type ChangeClock } from './change-journal.ts';

function journal(maxPaths = 1_000, maxLength = 1_000_000): ChangeJournal {
  return new ChangeJournal({ instance: 'a', maxPaths, maxLength });
}

test('the first contact is told the time, and nothing else', () => {
  const changes = journal();
  changes.record(['x']);
  expect(changes.since(null)).toEqual({ kind: 'unknown', clock: changes.clock, why: 'first contact' });
});

test('a moment of another watcher, or one that has not been, is unknown', () => {
  const changes = journal();
  expect(changes.since({ instance: 'b', sequence: 0 }).kind).toBe('unknown');
  expect(changes.since({ instance: 'a', sequence: 1 }).kind).toBe('unknown');
});

test('a path that was touched twice is told once, at its last place', () => {
  const changes = journal();
  const { clock } = changes;
  changes.record(['x', 'y']);
  changes.record(['x']);
  expect(changes.since(clock)).toMatchObject({ kind: 'changes', paths: ['y', 'x'] });
});

const names = fc.array(fc.constantFrom('a', 'b', 'c', 'dd', 'eee', 'ffff', 'ggggg'), { maxLength: 4 });
const limits = fc.record({ maxPaths: fc.integer({ min: 0, max: 7 }), maxLength: fc.integer({ min: 0, max: 20 }) });

test('since a moment, exactly the paths touched after it are told, or it is unknown', () => {
  fc.assert(
    fc.property(fc.array(names, { maxLength: 12 }), limits, (batches, { maxPaths, maxLength }) => {
      const changes = journal(maxPaths, maxLength);
      const clocks: ChangeClock[] = [changes.clock];
      for (const batch of batches) {
        changes.record(batch);
        clocks.push(changes.clock);
      }
      expect(changes.size).toBeLessThanOrEqual(maxPaths);
      for (const [index, clock] of clocks.entries()) {
        const touched = new Set(batches.slice(index).flat());
        const answer = changes.since(clock);
        expect(answer.clock).toEqual(changes.clock);
        // Unknown only where something that belongs to the answer had to be forgotten.
        const isKnown = answer.kind === 'changes' || !isTooMuch(touched, maxPaths, maxLength);
        const paths = answer.kind === 'changes' ? answer.paths.toSorted() : null;
        expect(paths).toEqual(isKnown ? [...touched].toSorted() : null);
      }
    }),
  );
});

/** A path may be forgotten although there would be room for it now: `touched` is then as large as the limits. */
function isTooMuch(touched: ReadonlySet<string>, maxPaths: number, maxLength: number): boolean {
  return touched.size > maxPaths || [...touched].join('').length > maxLength;
}

test('the present is always known', () => {
  fc.assert(
    fc.property(fc.array(names, { maxLength: 12 }), limits, (batches, { maxPaths, maxLength }) => {
      const changes = journal(maxPaths, maxLength);
      for (const batch of batches) changes.record(batch);
      expect(changes.since(changes.clock)).toEqual({ kind: 'changes', clock: changes.clock, paths: [] });
    }),
  );
});
