import type { DatabaseSync } from 'node:sqlite';
import type { TaskId } from '@larder/core';
import type { RunRecord } from '../records/run-record.ts';
import type { WriteResult } from '../records/write-file-atomically.ts';
import { findLastTaskRun, type LastTaskRun } from './find-last-task-run.ts';
import { readRuns, type RunFilter } from './read-runs.ts';
import { recordRun } from './record-run.ts';
import { readExpectations, type TaskExpectation } from './task-expectations.ts';

/** The runs of a workspace, in its SQLite file. Made by `openHistory`; `close` gives the file back. */
export class RunHistory {
  readonly #database: DatabaseSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  /** Milliseconds by task, for those that have succeeded before. */
  readExpectedDurations(tasks: Iterable<TaskId>): ReadonlyMap<TaskId, number> {
    const durations = new Map<TaskId, number>();
    for (const [task, { durationMs }] of this.readExpectations(tasks)) {
      if (durationMs !== null) durations.set(task, durationMs);
    }
    return durations;
  }

  /** For those that have been executed before. */
  readExpectations(tasks: Iterable<TaskId>): ReadonlyMap<TaskId, TaskExpectation> {
    return readExpectations(this.#database, tasks);
  }

  /** Writes all or nothing. A record that cannot be written must not fail its run, so that is a value. */
  recordRun(record: RunRecord): WriteResult {
    try {
      recordRun(this.#database, record);
      return { kind: 'written' };
    } catch (error) {
      return { kind: 'failed', detail: error instanceof Error ? error.message : String(error) };
    }
  }

  /** Newest first. */
  readRuns(filter: RunFilter): readonly RunRecord[] {
    return readRuns(this.#database, filter);
  }

  /** The newest run in which the task had a hash; null where there is none. */
  findLastTaskRun(task: TaskId): LastTaskRun | null {
    return findLastTaskRun(this.#database, task);
  }

  close(): void {
    this.#database.close();
  }
}
