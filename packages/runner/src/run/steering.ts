import type { RestartOptions, Schedule, Task, TaskHash, TaskId } from '@larder/core';
import type { OutcomeLedger } from './outcome-ledger.ts';
import { RestartWishes } from './restart-wishes.ts';
import type { RestartWish } from './restart-wishes.ts';
import type { RunPorts } from './run-request.ts';
import type { RunningTasks } from './running-tasks.ts';
import type { Soundness } from './soundness.ts';
import { findMoves } from './store-result.ts';
import type { Attempts } from './attempts.ts';

export interface SteeredRun {
  /** Wished for before it began. */
  readonly restarts: ReadonlyMap<TaskId, RestartWish>;
  readonly schedule: Schedule;
  readonly ledger: OutcomeLedger;
  readonly soundness: Soundness;
  readonly running: RunningTasks;
  /** Starts whatever has become possible. */
  readonly advance: () => void;
}

const notHandedOut: ReadonlySet<string> = new Set(['waiting', 'ready', 'queued']);

/** What a person does to a run while it goes on, and what follows from it for the results. */
export class Steering {
  readonly #ports: Pick<RunPorts, 'clock' | 'control' | 'events' | 'hasher' | 'signal'>;
  readonly #run: SteeredRun;
  readonly #restarts: RestartWishes;
  /** Restarted while they ran. */
  readonly #restarted = new Set<TaskId>();
  #heldMs = 0;
  #heldSince: number | null = null;
  #isOver = false;

  constructor(ports: Pick<RunPorts, 'clock' | 'control' | 'events' | 'hasher' | 'signal'>, run: SteeredRun) {
    this.#ports = ports;
    this.#run = run;
    this.#restarts = new RestartWishes(run.restarts);
  }

  /** The result ends it. */
  attach(): () => void {
    const detach = this.#ports.control?.attach({
      restartSettled: (id, options) => this.#restartSettled(id, options),
      letGo: () => {
        if (!this.#isOver) this.#run.advance();
      },
    });
    return () => {
      this.#isOver = true;
      detach?.();
    };
  }

  /** How long there was nothing to do but to wait for a person. */
  get heldMs(): number {
    return this.#heldMs;
  }

  /** Asked when everything has settled: whether somebody may still want something. After a no, nobody may. */
  holdsOpen(): boolean {
    const { control, signal, clock } = this.#ports;
    if (control?.isHeld === true && !signal.aborted) {
      this.#heldSince ??= clock.now();
      return true;
    }
    this.#endHold();
    this.#isOver = true;
    return false;
  }

  /** Whether a task is to be executed whatever the cache has. */
  isForced(id: TaskId): boolean {
    return this.#restarts.has(id);
  }

  /** How the execution begins for which it is. */
  takeWish(id: TaskId, hash: TaskHash | null): ReturnType<RestartWishes['take']> {
    return this.#restarts.take(id, hash);
  }

  /** Lets a task be reached while it runs. The result ends that. */
  handOver(task: Task, execution: Attempts, stop: () => void): () => void {
    const use = (act: () => void): void => {
      this.#noteTyped(task.id);
      act();
    };
    const end = this.#ports.control?.add(task.id, {
      stop,
      restart: (options) => {
        this.#restarted.add(task.id);
        // Dependents of a server do not wait for its end.
        if (task.continuous) void this.#findEdits(task.id);
        execution.restart(options);
      },
      input: () => {
        const input = execution.input;
        if (input === null) return null;
        return { write: (text) => use(() => input.write(text)), end: () => use(() => input.end()) };
      },
    });
    return () => end?.();
  }

  /** To be awaited when a task has ended, before others build on it. */
  async checkEnd(id: TaskId): Promise<void> {
    if (this.#restarted.delete(id)) await this.#findEdits(id);
  }

  /** People edit a file and restart the task that runs on it: what that makes is not what its hash stands for. */
  async #findEdits(id: TaskId): Promise<void> {
    const { hasher, events } = this.#ports;
    const looked = findMoves(id, hasher);
    hasher.hurry?.();
    const detail = await looked;
    if (detail === null) return;
    events.onTrouble({ code: 'inputs-changed-while-running', task: id, detail });
    this.#taint(id, 'was edited while it ran');
  }

  /** False where the task cannot be executed again. */
  #restartSettled(id: TaskId, { withInput }: RestartOptions): boolean {
    const { ledger, schedule, running } = this.#run;
    const before = ledger.outcomes.get(id);
    if (before === undefined || this.#isOver || this.#ports.signal.aborted) return false;
    const reopening = schedule.reopen(id);
    if (reopening === null) return false;
    this.#endHold();
    const failedAttempts = before.kind === 'failed' && !running.wasStoppedByHand(id) ? before.attempts : 0;
    this.#restarts.add(id, { withInput, failedAttempts, hash: ledger.hashOf(id) });
    // What it produced is about to be replaced, perhaps by something else.
    this.#taintDependents(id, 'was executed again');
    const { reopened, restated } = reopening;
    ledger.reopen([...reopened, ...restated.map(({ task }) => task)]);
    ledger.record(restated);
    this.#run.advance();
    return true;
  }

  /** What a person tells a task is part of no hash. */
  #noteTyped(id: TaskId): void {
    this.#taint(id, 'was typed to');
    this.#run.ledger.dropHash(id);
  }

  #taint(id: TaskId, flaw: string): void {
    this.#run.soundness.taint(id, flaw);
    this.#taintDependents(id, flaw);
  }

  #taintDependents(id: TaskId, flaw: string): void {
    const { schedule, soundness } = this.#run;
    soundness.taintDependents(id, flaw, (one) => !notHandedOut.has(schedule.stateOf(one)));
  }

  #endHold(): void {
    if (this.#heldSince !== null) this.#heldMs += this.#ports.clock.now() - this.#heldSince;
    this.#heldSince = null;
  }
}
