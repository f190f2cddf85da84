import type {
  Executor,
  ExecutorContext,
  RunningProcess,
  RunningTask,
  SpawnProcess,
  Task,
  TaskEnd,
  TaskHash,
  TaskId,
} from '@larder/core';
import { LiveTask } from './live-task.ts';

export interface LiveTasksOptions {
  readonly spawn: SpawnProcess;
  /** What the task's inputs come to now. */
  readonly hashOf: (task: TaskId) => TaskHash | null;
  /** Output of a continuous task between two rounds. */
  readonly onIdleOutput: (task: TaskId, stream: 'stdout' | 'stderr', chunk: Uint8Array) => void;
  /** A continuous task has ended by itself between two rounds. */
  readonly onIdleEnd: (task: TaskId, end: TaskEnd) => void;
  /** A task begins with new processes, as if nobody had ever typed to it. */
  readonly onFresh: (task: TaskId) => void;
  /** Aborted when the watch ends: from then on, stopping means stopping. */
  readonly signal: AbortSignal;
}

/**
 * The processes of a watch, which outlive the rounds that started them. To a round that ends or is interrupted they
 * look stopped; really stopped are only those whose inputs have changed. The next round that starts such a task gets
 * the process that is there, with all that it has printed so far, as long as the task's hash is the same.
 */
export class LiveTasks {
  readonly spawn: SpawnProcess;
  readonly #options: LiveTasksOptions;
  readonly #live = new Map<TaskId, LiveTask>();
  readonly #ending = new Map<TaskId, Promise<void>>();
  /** The process that `spawn` has just started for one of the live tasks. */
  #owned: { process: RunningProcess | null } | null = null;

  constructor(options: LiveTasksOptions) {
    this.#options = options;
    this.spawn = (request) => {
      const process = options.spawn(request);
      if (this.#owned === null) return process;
      this.#owned.process = process;
      // Whoever started the round stops everything that it started; what is alive is none of its business, and is
      // typed to past it.
      return {
        pid: process.pid,
        exited: process.exited,
        send: (message) => process.send(message),
        onMessage: (listener) => process.onMessage(listener),
        stop: () => Promise.resolve(),
      };
    };
  }

  has(task: TaskId): boolean {
    return this.#live.has(task);
  }

  /** To the processes of a task whose input is open, whichever round has started them. */
  write(task: TaskId, text: string): void {
    this.#live.get(task)?.write(text);
  }

  endInput(task: TaskId): void {
    this.#live.get(task)?.endInput();
  }

  /** An executor of the same name whose tasks live on. */
  wrap(executor: Executor): Executor {
    return {
      name: executor.name,
      describe: (task) => executor.describe(task),
      start: (task, context) => this.#start(task, context, executor),
    };
  }

  /** Stops these tasks, without waiting for their end; who starts them again does. */
  outdate(tasks: Iterable<TaskId>): void {
    for (const task of tasks) void this.#stop(task);
  }

  /** Lets go of the continuous tasks that the round which goes on has started up: to it they look finished. */
  release(tasks: Iterable<TaskId>): void {
    for (const task of tasks) this.#live.get(task)?.letGo();
  }

  /** Ends every process tree. */
  async stopAll(): Promise<void> {
    for (const task of this.#live.keys()) void this.#stop(task);
    await Promise.all(this.#ending.values());
  }

  #start(task: Task, context: ExecutorContext, executor: Executor): RunningTask {
    const hash = this.#options.hashOf(task.id);
    const known = this.#live.get(task.id);
    if (known !== undefined && known.hash === hash && hash !== null) return known.adopt(context.onOutput);
    if (known !== undefined) void this.#stop(task.id);
    this.#options.onFresh(task.id);
    const live = new LiveTask(task, hash, {
      start: (onOutput, onProcess) =>
        executor.start(task, { ...context, onOutput, spawn: this.#spawnOwned(context.spawn, onProcess) }),
      after: this.#ending.get(task.id) ?? null,
      onIdleOutput: this.#options.onIdleOutput,
      mayLetGo: () => !this.#options.signal.aborted,
    });
    this.#live.set(task.id, live);
    void live.ended.then((end) => this.#forget(live, end));
    return live.adopt(context.onOutput);
  }

  /** By the round's `spawn`, so that it measures; but the real process. */
  #spawnOwned(spawn: SpawnProcess, onProcess: (process: RunningProcess) => void): SpawnProcess {
    return (request) => {
      const owned: { process: RunningProcess | null } = { process: null };
      this.#owned = owned;
      try {
        const started = spawn(request);
        const process = owned.process ?? started;
        onProcess(process);
        return process;
      } finally {
        this.#owned = null;
      }
    };
  }

  #stop(task: TaskId): Promise<void> {
    const live = this.#live.get(task);
    if (live === undefined) return Promise.resolve();
    this.#live.delete(task);
    const before = this.#ending.get(task);
    const ending = Promise.all([before, live.stop()]).then(() => {
      if (this.#ending.get(task) === ending) this.#ending.delete(task);
    });
    this.#ending.set(task, ending);
    return ending;
  }

  #forget(live: LiveTask, end: TaskEnd): void {
    if (this.#live.get(live.task.id) !== live) return;
    this.#live.delete(live.task.id);
    if (!live.isWatched) this.#options.onIdleEnd(live.task.id, end);
  }
}
