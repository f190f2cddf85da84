import type { ControlAnswer, TaskControl, TaskId } from '@larder/core';

/** What can be done to one running task. */
export interface ControlledTask {
  readonly stop: () => void;
  readonly restart: () => void;
  /** Null where the task was started without an input. */
  readonly write: ((text: string) => void) | null;
}

/** Reaches the running tasks of a run from outside. Made before the run, which fills it. */
export class RunControl implements TaskControl {
  readonly #running = new Map<TaskId, ControlledTask>();

  /** The result takes the task out again. */
  add(id: TaskId, task: ControlledTask): () => void {
    this.#running.set(id, task);
    return () => this.#running.delete(id);
  }

  stop(id: TaskId): ControlAnswer {
    const task = this.#running.get(id);
    task?.stop();
    return task === undefined ? 'not-running' : 'done';
  }

  restart(id: TaskId): ControlAnswer {
    const task = this.#running.get(id);
    task?.restart();
    return task === undefined ? 'not-running' : 'done';
  }

  write(id: TaskId, text: string): ControlAnswer {
    const task = this.#running.get(id);
    if (task === undefined) return 'not-running';
    task.write?.(text);
    return task.write === null ? 'no-input' : 'done';
  }
}
