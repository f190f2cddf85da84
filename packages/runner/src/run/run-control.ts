import type { ControlAnswer, RestartOptions, TaskControl, TaskId } from '@larder/core';

/** What can be done to one running task. */
export interface ControlledTask {
  readonly stop: () => void;
  readonly restart: (options: RestartOptions) => void;
  /** Null where the task was started without an input. */
  readonly input: () => TaskInputControl | null;
}

export interface TaskInputControl {
  readonly write: (text: string) => void;
  readonly end: () => void;
}

/** What can be done to a run as a whole. */
export interface ControlledRun {
  /** False where the task has not settled, or cannot be executed again in this run. */
  readonly restartSettled: (task: TaskId, options: RestartOptions) => boolean;
  /** Nobody holds it open any more. */
  readonly letGo: () => void;
}

/** Reaches the tasks of a run from outside. Made before the run, which fills it; serves one run at a time. */
export class RunControl implements TaskControl {
  readonly #running = new Map<TaskId, ControlledTask>();
  #run: ControlledRun | null = null;
  #isHeld = false;

  /** Whether the run goes on although all of its tasks have settled. */
  get isHeld(): boolean {
    return this.#isHeld;
  }

  /** The result ends it. */
  attach(run: ControlledRun): () => void {
    this.#run = run;
    return () => {
      if (this.#run === run) this.#run = null;
    };
  }

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

  restart(id: TaskId, options: RestartOptions): ControlAnswer {
    const task = this.#running.get(id);
    if (task === undefined) return this.#run?.restartSettled(id, options) === true ? 'done' : 'not-running';
    task.restart(options);
    return 'done';
  }

  write(id: TaskId, text: string): ControlAnswer {
    return this.#useInput(id, (input) => input.write(text));
  }

  endInput(id: TaskId): ControlAnswer {
    return this.#useInput(id, (input) => input.end());
  }

  hold(isHeld: boolean): ControlAnswer {
    this.#isHeld = isHeld;
    if (!isHeld) this.#run?.letGo();
    return 'done';
  }

  #useInput(id: TaskId, use: (input: TaskInputControl) => void): ControlAnswer {
    const task = this.#running.get(id);
    if (task === undefined) return 'not-running';
    const input = task.input();
    if (input === null) return 'no-input';
    use(input);
    return 'done';
  }
}
