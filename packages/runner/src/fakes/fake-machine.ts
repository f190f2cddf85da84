import type { Clock, Executor, RunningTask, Task, TaskEnd, TaskId } from '@larder/core';

/** What a task does when it is executed. */
export interface Behaviour {
  readonly durationMs?: number;
  readonly exitCode?: number;
  /** Of one attempt after the other; after the last, `exitCode`. */
  readonly exitCodes?: readonly number[];
  /** No process ran; why. */
  readonly detail?: string;
  readonly output?: string;
  /** Continuous tasks: when they are up. They end by themselves only where `durationMs` is given. */
  readonly readyAfterMs?: number;
}

/** A machine whose time passes only when nothing else happens: runs of hours take no time and always go the same way. */
export class FakeMachine {
  readonly clock: Clock = { now: () => this.#nowMs, epochMs: () => 1_700_000_000_000 + this.#nowMs };
  readonly started: TaskId[] = [];
  readonly stopped: TaskId[] = [];
  readonly executing = new Set<TaskId>();
  readonly #taking = new Set<TaskId>();
  #nowMs = 0;
  #mostAtOnce = 0;
  #pending: { readonly atMs: number; readonly fire: () => void }[] = [];
  readonly #behaviours: Readonly<Record<string, Behaviour>>;

  constructor(behaviours: Readonly<Record<string, Behaviour>> = {}) {
    this.#behaviours = behaviours;
  }

  /** Continuous tasks do not count. */
  get mostAtOnce(): number {
    return this.#mostAtOnce;
  }

  after(delayMs: number): Promise<void> {
    return new Promise((resolve) => {
      this.#pending.push({ atMs: this.#nowMs + delayMs, fire: resolve });
    });
  }

  /** Lets time pass until the promise has settled. */
  async finish<T>(work: Promise<T>): Promise<T> {
    let settled = false;
    const settle = (): void => {
      settled = true;
    };
    work.then(settle, settle);
    for (;;) {
      await new Promise((resolve) => setImmediate(resolve));
      if (settled) return work;
      this.#fireNext();
    }
  }

  #fireNext(): void {
    const next = this.#pending.toSorted((a, b) => a.atMs - b.atMs)[0];
    if (next === undefined) throw new Error('Nothing happens any more, and the work has not come to its end.');
    this.#pending = this.#pending.filter((event) => event !== next);
    this.#nowMs = Math.max(this.#nowMs, next.atMs);
    next.fire();
  }

  /** Takes every task. */
  readonly executor: Executor = {
    name: '*',
    describe: (task) => `run ${task.id}`,
    start: (task, context) => {
      const behaviour = this.#behaviours[task.id] ?? {};
      const attempt = this.started.filter((id) => id === task.id).length + 1;
      const output = behaviour.output?.replaceAll('<attempt>', `${attempt}`);
      if (output !== undefined) context.onOutput('stdout', Buffer.from(output));
      return this.#start(task, behaviour);
    },
  };

  #start(task: Task, behaviour: Behaviour): RunningTask {
    const ended = Promise.withResolvers<TaskEnd>();
    const end = (taskEnd: TaskEnd): void => {
      this.executing.delete(task.id);
      this.#taking.delete(task.id);
      ended.resolve(taskEnd);
    };
    this.started.push(task.id);
    this.executing.add(task.id);
    if (!task.continuous) this.#taking.add(task.id);
    this.#mostAtOnce = Math.max(this.#mostAtOnce, this.#taking.size);
    if (!task.continuous || behaviour.durationMs !== undefined) {
      const attempt = this.started.filter((id) => id === task.id).length;
      const exitCode = behaviour.exitCodes?.[attempt - 1] ?? behaviour.exitCode ?? 0;
      const detail = behaviour.detail ?? null;
      void this.after(behaviour.durationMs ?? 10).then(() => end({ exitCode, detail }));
    }
    return {
      ended: ended.promise,
      ready: this.after(behaviour.readyAfterMs ?? 0),
      stop: async () => {
        this.stopped.push(task.id);
        await this.after(1);
        end({ exitCode: 143, detail: 'ended by SIGTERM' });
      },
    };
  }
}
