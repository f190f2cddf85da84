import type { TaskEnd, TaskId, TaskOutcome } from '@larder/core';
import type { Attempts } from './attempts.ts';

/** The tasks that execute, which of them were told to end, and what their ends mean. */
export class RunningTasks {
  readonly #executions = new Map<TaskId, Attempts>();
  readonly #unneeded = new Set<TaskId>();
  readonly #stoppedByHand = new Set<TaskId>();
  #endedCpuMs = 0;

  add(id: TaskId, execution: Attempts): void {
    this.#executions.set(id, execution);
    this.#unneeded.delete(id);
    this.#stoppedByHand.delete(id);
  }

  remove(id: TaskId): void {
    this.#endedCpuMs += this.#executions.get(id)?.meter.cpuMs ?? 0;
    this.#executions.delete(id);
  }

  /** None of them has processes, as far as is known. */
  get isIdle(): boolean {
    return this.residentBytes === 0;
  }

  /** Whether that is how its last execution ended. */
  wasStoppedByHand(id: TaskId): boolean {
    return this.#stoppedByHand.has(id);
  }

  /** It executes, and somebody may need it. */
  isNeeded(id: TaskId): boolean {
    return this.#executions.has(id) && !this.#unneeded.has(id);
  }

  /** What all of them took so far, as far as is known, with those that have ended. */
  get cpuMs(): number {
    let sum = this.#endedCpuMs;
    for (const { meter } of this.#executions.values()) sum += meter.cpuMs;
    return sum;
  }

  /** Memory that all of them hold, as far as is known. */
  get residentBytes(): number {
    let sum = 0;
    for (const { meter } of this.#executions.values()) sum += meter.residentBytes;
    return sum;
  }

  /** Everybody whom it served has settled: its end is a success. */
  stopUnneeded(id: TaskId): Promise<void> {
    this.#unneeded.add(id);
    return this.#stop(id);
  }

  /** Nobody knows what the outputs of a task are worth that was stopped halfway: its end is a failure. */
  stopByHand(id: TaskId): Promise<void> {
    this.#stoppedByHand.add(id);
    return this.#stop(id);
  }

  async stopAll(): Promise<void> {
    await Promise.all([...this.#executions.values()].map(({ running }) => running.stop()));
  }

  /** What became of a task that nobody has interrupted. */
  judge(id: TaskId, end: TaskEnd, facts: { readonly execution: Attempts; readonly durationMs: number }): TaskOutcome {
    const { execution, durationMs } = facts;
    const attempts = execution.count;
    if (this.#stoppedByHand.has(id)) {
      const exitCode = end.exitCode === 0 ? 1 : end.exitCode;
      return { kind: 'failed', exitCode, durationMs, attempts, detail: 'stopped by hand' };
    }
    const { exitCode, detail } = end;
    if (exitCode === 0 || this.#unneeded.has(id)) return { kind: 'executed', durationMs, attempts };
    const notRetried = execution.refusal;
    const reasons = { ...(detail !== null && { detail }), ...(notRetried !== null && { notRetried }) };
    return { kind: 'failed', exitCode, durationMs, attempts, ...reasons };
  }

  async #stop(id: TaskId): Promise<void> {
    await this.#executions.get(id)?.running.stop();
  }
}
