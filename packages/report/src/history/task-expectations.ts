import type { DatabaseSync } from 'node:sqlite';
import type { TaskId } from '@larder/core';
import type { TaskRecord } from '../records/run-record.ts';
import { medianOf } from '../statistics/median.ts';

/** How one execution of a task went: `retried` is one that passed only when it was tried again. */
export type TaskEnding = 'passed' | 'retried' | 'failed';

/** What earlier executions let expect of the next one. */
export interface TaskExpectation {
  /** The median of the last five, so that one slow run does not count; null where none has succeeded. */
  readonly durationMs: number | null;
  /** The highest of the last five: it is what has to be there. Null where none was measured. */
  readonly peakMemoryBytes: number | null;
  /** The last five, oldest first, whatever their inputs were. */
  readonly recent: readonly TaskEnding[];
}

const keptExecutions = 5;

const letters: Readonly<Record<TaskEnding, string>> = { passed: 'p', retried: 'r', failed: 'f' };
const endings = new Map(Object.entries(letters).map(([ending, letter]) => [letter, ending as TaskEnding]));

/** Tasks that were never executed have none. */
export function readExpectations(
  database: DatabaseSync,
  tasks: Iterable<TaskId>,
): ReadonlyMap<TaskId, TaskExpectation> {
  const rows = database
    .prepare(
      `select names.name as task, expectations.* from expectations join names on names.id = expectations.name
        where names.name in (select value from json_each(?))`,
    )
    .all(JSON.stringify([...tasks]));
  return new Map(
    rows.map((row) => {
      const [durations, peaks] = [readNumbers(row['durations']), readNumbers(row['peaks'])];
      const expectation: TaskExpectation = {
        durationMs: durations.length === 0 ? null : medianOf(durations),
        peakMemoryBytes: peaks.length === 0 ? null : Math.max(...peaks),
        recent: String(row['endings'])
          .split('')
          .flatMap((letter) => endings.get(letter) ?? []),
      };
      return [String(row['task']) as TaskId, expectation];
    }),
  );
}

function readNumbers(value: unknown): readonly number[] {
  return typeof value === 'string' && value !== '' ? value.split(',').map(Number).filter(Number.isFinite) : [];
}

/** Adds what was executed; a continuous task has no time of its own. */
export function addExpectations(
  database: DatabaseSync,
  names: ReadonlyMap<TaskId, number>,
  tasks: readonly TaskRecord[],
): void {
  const read = database.prepare('select * from expectations where name = ?');
  const write = database.prepare(
    'insert or replace into expectations (name, durations, peaks, endings) values (?, ?, ?, ?)',
  );
  for (const { id, outcome, continuous, peakMemoryBytes } of tasks) {
    const name = names.get(id);
    if ((outcome?.kind !== 'executed' && outcome?.kind !== 'failed') || continuous || name === undefined) continue;
    // What never came to run says nothing about the task.
    if (outcome.attempts === 0) continue;
    const known = read.get(name);
    const durations = append(known?.['durations'], outcome.kind === 'executed' ? outcome.durationMs : null);
    const peaks = append(known?.['peaks'], peakMemoryBytes);
    const letter = letters[endingOf(outcome)];
    write.run(name, durations, peaks, `${String(known?.['endings'] ?? '')}${letter}`.slice(-keptExecutions));
  }
}

function append(known: unknown, value: number | null): string {
  const numbers = value === null ? readNumbers(known) : [...readNumbers(known), Math.round(value)];
  return numbers.slice(-keptExecutions).join(',');
}

function endingOf(outcome: { readonly kind: 'executed' | 'failed'; readonly attempts: number }): TaskEnding {
  if (outcome.kind === 'failed') return 'failed';
  return outcome.attempts > 1 ? 'retried' : 'passed';
}
