import type { TaskId } from '../ids.ts';
import type { ScheduledTask, TaskState } from './scheduled-task.ts';

/** Where each task stands, and how many stand where. */
export class TaskStates {
  readonly #tasks: ReadonlyMap<TaskId, ScheduledTask>;
  readonly #counts: Record<TaskState, number>;

  /** All of them wait. */
  constructor(tasks: ReadonlyMap<TaskId, ScheduledTask>) {
    this.#tasks = tasks;
    this.#counts = { waiting: tasks.size, ready: 0, 'looking-up': 0, queued: 0, running: 0, settled: 0 };
  }

  get counts(): Readonly<Record<TaskState, number>> {
    return { ...this.#counts };
  }

  get allSettled(): boolean {
    return this.#counts.settled === this.#tasks.size;
  }

  all(): Iterable<ScheduledTask> {
    return this.#tasks.values();
  }

  move(task: ScheduledTask, state: TaskState): void {
    this.#counts[task.state]--;
    this.#counts[state]++;
    task.state = state;
  }

  /** A call that makes no sense in the task's state is a bug of the caller. */
  expect(id: TaskId, state: TaskState): ScheduledTask {
    const task = this.find(id);
    if (task.state !== state) throw new Error(`${id} is ${task.state}, not ${state}`);
    return task;
  }

  find(id: TaskId): ScheduledTask {
    const task = this.#tasks.get(id);
    if (task === undefined) throw new Error(`${id} is not in the task graph`);
    return task;
  }
}
