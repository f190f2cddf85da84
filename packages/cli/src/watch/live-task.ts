import type { ExecutorContext, RunningProcess, RunningTask, Task, TaskEnd, TaskHash, TaskId } from '@larder/core';
import { OutputCapture } from '@larder/runner';

type OnOutput = ExecutorContext['onOutput'];

export interface LiveTaskOptions {
  /** Tells of each process that it starts. */
  readonly start: (onOutput: OnOutput, onProcess: (process: RunningProcess) => void) => RunningTask;
  /** What has to be gone first; null: nothing. Never rejects. */
  readonly after: Promise<void> | null;
  readonly onIdleOutput: (task: TaskId, stream: 'stdout' | 'stderr', chunk: Uint8Array) => void;
  /** Whether a round that stops the task only loses sight of it. */
  readonly mayLetGo: () => boolean;
}

/** Of one task's output so far, for the round that takes it over. */
const keptOutputBytes = 16 * 1024 * 1024;

/** The part of a round in a live task: what the round believes to be the whole of it. */
interface Watcher {
  readonly onOutput: OnOutput;
  readonly end: (end: TaskEnd) => void;
}

/** One process tree that rounds come and go around. */
export class LiveTask {
  readonly task: Task;
  readonly hash: TaskHash | null;
  readonly ended: Promise<TaskEnd>;
  readonly #options: LiveTaskOptions;
  readonly #output = new OutputCapture(keptOutputBytes);
  readonly #ready = Promise.withResolvers<void>();
  readonly #processes = new Set<RunningProcess>();
  #running: RunningTask | null = null;
  #watcher: Watcher | null = null;
  #isStopped = false;
  #isSettled = false;

  constructor(task: Task, hash: TaskHash | null, options: LiveTaskOptions) {
    this.task = task;
    this.hash = hash;
    this.#options = options;
    // Nobody may be waiting when it breaks; its end says the rest.
    this.#ready.promise.catch(() => {});
    this.ended = this.#run();
    void this.ended.then((end) => this.#finish(end));
  }

  /** Whether a round follows it. */
  get isWatched(): boolean {
    return this.#watcher !== null;
  }

  /** To those of its processes whose input is open. */
  write(text: string): void {
    for (const process of this.#processes) process.write?.(text);
  }

  endInput(): void {
    for (const process of this.#processes) process.endInput?.();
  }

  /** The task as a round sees it, from the beginning of its output. */
  adopt(onOutput: OnOutput): RunningTask {
    const ended = Promise.withResolvers<TaskEnd>();
    const watcher = { onOutput, end: ended.resolve };
    const soFar = this.#output.toBytes();
    if (soFar.length > 0) onOutput('stdout', soFar);
    this.#watcher = watcher;
    if (this.#isSettled) void this.ended.then(ended.resolve);
    return {
      ended: ended.promise,
      ready: this.#ready.promise,
      stop: async () => {
        if (this.#options.mayLetGo()) this.letGo();
        else await this.stop();
      },
    };
  }

  /** The round that follows it does not any more; to that it ended well. */
  letGo(): void {
    this.#watcher?.end({ exitCode: 0, detail: null });
    this.#watcher = null;
  }

  /** Resolves when its processes are gone. */
  async stop(): Promise<void> {
    this.letGo();
    this.#isStopped = true;
    await this.#running?.stop();
  }

  async #run(): Promise<TaskEnd> {
    if (this.#options.after !== null) await this.#options.after;
    if (this.#isStopped) return stoppedEnd;
    try {
      this.#running = this.#options.start(
        (stream, chunk) => this.#take(stream, chunk),
        (process) => this.#keep(process),
      );
      this.#running.ready.then(this.#ready.resolve, this.#ready.reject);
      return await this.#running.ended;
    } catch (error) {
      return { exitCode: 1, detail: `the executor failed: ${error instanceof Error ? error.message : String(error)}` };
    }
  }

  #keep(process: RunningProcess): void {
    this.#processes.add(process);
    void process.exited.then(() => this.#processes.delete(process));
  }

  #take(stream: 'stdout' | 'stderr', chunk: Uint8Array): void {
    if (this.#isStopped) return;
    this.#output.append(chunk);
    if (this.#watcher !== null) this.#watcher.onOutput(stream, chunk);
    else this.#options.onIdleOutput(this.task.id, stream, chunk);
  }

  #finish(end: TaskEnd): void {
    this.#isSettled = true;
    this.#watcher?.end(end);
  }
}

const stoppedEnd: TaskEnd = { exitCode: 143, detail: 'stopped before it had started' };
