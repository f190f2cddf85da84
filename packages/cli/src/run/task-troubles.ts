import type { CacheTroubleCode, RunEvent, TaskId } from '@larder/core';
import { describeCacheTrouble } from '@larder/report';

export interface TaskTrouble {
  /** What happened, in words. */
  readonly text: string;
  /** Whether it kept a result that was there from being used, or one from being stored; else others may have none either. */
  readonly isOfResult: boolean;
}

/** Troubles of the cache with single tasks: until a task is started with what was brought back, then with what is stored. */
export class TaskTroubles {
  readonly #byTask = new Map<TaskId, TaskTrouble>();

  noteEvent(event: RunEvent): void {
    if (event.type === 'task-hashed' || event.type === 'task-started') this.#byTask.delete(event.task);
    if (event.type !== 'cache-trouble' || event.task === null) return;
    const { code, task, detail } = event;
    if (saysNothing.has(code)) return;
    const isOfResult = ofResults.has(code);
    // A server that is down as well says less.
    if (this.#byTask.get(task)?.isOfResult === true && !isOfResult) return;
    this.#byTask.set(task, { text: `${describeCacheTrouble(code).title}: ${detail}`, isOfResult });
  }

  find(task: TaskId): TaskTrouble | null {
    return this.#byTask.get(task) ?? null;
  }

  clear(): void {
    this.#byTask.clear();
  }
}

/** The rest is stored without it. */
const saysNothing: ReadonlySet<CacheTroubleCode> = new Set<CacheTroubleCode>(['output-missing']);

const ofResults: ReadonlySet<CacheTroubleCode> = new Set<CacheTroubleCode>([
  'local-corrupt-entry',
  'local-read-failed',
  'local-write-failed',
  'local-disk-full',
  'remote-invalid-artifact',
  'remote-untrusted-artifact',
  'inputs-changed-while-running',
  'covered-inputs-changed',
  'executed-elsewhere',
  'output-refused',
]);
