import type { RestartOptions, RunningTask, Task, TaskEnd } from '@larder/core';
import { startExecution } from './start-execution.ts';
import type { Execution, ExecutionWorld } from './start-execution.ts';
import { TaskInput } from './task-input.ts';
import { UsageMeter } from './usage-meter.ts';

export interface AttemptsOptions {
  readonly keepOutput: boolean;
  /** Of its ticket. */
  readonly tellMiss: (at: number) => void;
  /** Of the first one; more than 1 where a person wants another one after those that failed. */
  readonly attempt: number;
  readonly withInput: boolean;
}

/**
 * Executes a task, and again where it fails and may be tried again: all attempts of it taken for one. Each starts when
 * everything of the one before has ended, and what it prints is its own.
 */
export class Attempts {
  readonly running: RunningTask;
  readonly checked: Promise<void>;
  readonly meter: UsageMeter;
  readonly #task: Task;
  readonly #world: ExecutionWorld;
  readonly #options: AttemptsOptions;
  readonly #input: TaskInput;
  readonly #ready = Promise.withResolvers<void>();
  readonly #checked = Promise.withResolvers<void>();
  #current: Execution;
  #attempt: number;
  #startedAt = 0;
  #isStopped = false;
  #isRestarting = false;
  #refusal: string | null = null;

  constructor(task: Task, world: ExecutionWorld, options: AttemptsOptions) {
    const { ports } = world;
    const mayRead = task.continuous || task.definition.interactive === true || options.withInput;
    this.meter = new UsageMeter(ports.spawn);
    this.#input = new TaskInput(this.meter.spawn, ports.control !== undefined && mayRead);
    this.#task = task;
    this.#world = { ...world, ports: { ...ports, spawn: this.#input.spawn } };
    this.#options = options;
    this.#attempt = options.attempt;
    this.#current = this.#start();
    this.running = { ended: this.#finish(), ready: this.#ready.promise, stop: () => this.#stop() };
    this.checked = this.#checked.promise;
  }

  /** So far; 1 or more. */
  get count(): number {
    return this.#attempt;
  }

  /** Of the last attempt alone. */
  get startedAt(): number {
    return this.#startedAt;
  }

  /** Why a failure was not followed by another attempt, where one had been asked for. */
  get refusal(): string | null {
    return this.#refusal;
  }

  /** Null where its processes have an empty one. */
  get input(): TaskInput | null {
    return this.#input.isOpen ? this.#input : null;
  }

  /** Of the last attempt alone. */
  terminalOutput(): Uint8Array {
    return this.#current.terminalOutput();
  }

  /** Ends the attempt and makes it again, which counts as one. */
  restart({ withInput }: RestartOptions): void {
    if (this.#isOver) return;
    if (withInput) this.#input.open();
    this.#isRestarting = true;
    void this.#current.running.stop();
  }

  get #isOver(): boolean {
    return this.#isStopped || this.#world.ports.signal.aborted;
  }

  #start(): Execution {
    this.#startedAt = this.#world.ports.clock.now();
    const execution = startExecution(this.#task, this.#world, {
      keepOutput: this.#options.keepOutput,
      tellMiss: this.#options.tellMiss,
      attempt: this.#attempt,
      takesInput: this.#input.isOpen,
    });
    // One that is never ready leaves that open: its end says the rest.
    execution.running.ready.then(this.#ready.resolve, () => {});
    execution.checked.then(this.#checked.resolve, () => {});
    return execution;
  }

  #stop(): Promise<void> {
    this.#isStopped = true;
    return this.#current.running.stop();
  }

  async #finish(): Promise<TaskEnd> {
    for (;;) {
      const end = await this.#current.running.ended;
      if (!this.#takeRestart() && !this.#takeRetry(end)) return end;
      this.#current = this.#start();
      if (this.#isOver) await this.#current.running.stop();
    }
  }

  #takeRestart(): boolean {
    if (!this.#isRestarting || this.#isOver) return false;
    this.#isRestarting = false;
    return true;
  }

  #takeRetry(end: TaskEnd): boolean {
    const { request, ports } = this.#world;
    const policy = request.retries?.get(this.#task.id);
    if (policy === undefined || this.#isOver || this.#attempt > policy.retries || end.exitCode === 0) return false;
    if (!hasRun(end, this.meter)) return false;
    this.#refusal = policy.refusal;
    if (this.#refusal !== null) return false;
    const attempt = this.#attempt + 1;
    ports.events.emit({ type: 'task-retried', task: this.#task.id, attempt, exitCode: end.exitCode });
    // Whoever watches can interrupt the run at any event.
    if (this.#isOver) return false;
    this.#attempt = attempt;
    return true;
  }
}

/** Where no process ran, because an option is wrong or a program is missing, the same would happen again. */
function hasRun({ detail }: TaskEnd, meter: UsageMeter): boolean {
  return detail === null || meter.usage !== null;
}
