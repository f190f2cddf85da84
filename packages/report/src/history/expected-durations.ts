import type { DatabaseSync } from 'node:sqlite';
import type { TaskId } from '@larder/core';
import type { TaskRecord } from '../records/run-record.ts';
import { medianOf } from '../statistics/median.ts';

/** Executions that a task's expected time is taken from. */
const keptExecutions = 5;

/** Expected milliseconds by task: the median of its last five executions, so that one slow run does not count. */
export function readExpectedDurations(database: DatabaseSync, tasks: Iterable<TaskId>): ReadonlyMap<TaskId, number> {
  const rows = database
    .prepare(
      `select names.name as name, durations.recent as recent from durations join names on names.id = durations.name
        where names.name in (select value from json_each(?))`,
    )
    .all(JSON.stringify([...tasks]));
  return new Map(
    rows.map((row) => [String(row['name']) as TaskId, medianOf(String(row['recent']).split(',').map(Number))]),
  );
}

/** Adds what was executed; a continuous task has no time of its own. */
export function addDurations(
  database: DatabaseSync,
  names: ReadonlyMap<TaskId, number>,
  tasks: readonly TaskRecord[],
): void {
  const read = database.prepare('select recent from durations where name = ?');
  const write = database.prepare('insert or replace into durations (name, recent) values (?, ?)');
  for (const { id, outcome, continuous } of tasks) {
    const name = names.get(id);
    if (outcome?.kind !== 'executed' || continuous || name === undefined) continue;
    const known = read.get(name)?.['recent'];
    const recent = typeof known === 'string' ? known.split(',') : [];
    write.run(name, [...recent, String(Math.round(outcome.durationMs))].slice(-keptExecutions).join(','));
  }
}
