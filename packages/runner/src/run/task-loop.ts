import { Schedule, limitSlots } from '@larder/core';
import type { StartLimits, Task, TaskId, TaskOutcome } from '@larder/core';
import { Attempts } from './attempts.ts';
import { followReadiness } from './follow-readiness.ts';
import type { ReadinessSteps } from './follow-readiness.ts';
import { lookUpTask } from './look-up-task.ts';
import type { ExecutionTicket } from './look-up-task.ts';
import { OutcomeLedger } from './outcome-ledger.ts';
import { replayOutput } from './replay-output.ts';
import { ResultStore } from './result-store.ts';
import type { ExecutionMark, RunPorts, RunRequest } from './run-request.ts';
import { RunningTasks } from './running-tasks.ts';
import { Soundness } from './soundness.ts';
import { StartGate } from './start-gate.ts';
import { Steering } from './steering.ts';
import { UsagePulse } from './usage-pulse.ts';

/** Hashing and restoring are done by this process: more at a time would only wait for the same disk. */
const concurrentLookups = 8;

/**
 * Drives a schedule until every task has settled. Each step of a task ends in `#advance`, which starts
 * whatever that step made possible: there are no timers and there is no polling, except where tasks wait for
 * the pressure on the machine to go down.
 */
export class TaskLoop {
  readonly ledger: OutcomeLedger;
  readonly #request: RunRequest;
  readonly #ports: RunPorts;
  readonly #schedule: Schedule;
  readonly #gate: StartGate;
  readonly #finished = Promise.withResolvers<void>();
  readonly #tickets = new Map<TaskId, ExecutionTicket>();
  readonly #untold = new Set<ExecutionTicket>();
  readonly #running = new RunningTasks();
  readonly #readyUrls = new Map<TaskId, string>();
  readonly #soundness: Soundness;
  readonly #steering: Steering;
  readonly #results: ResultStore;
  #lookups = 0;
  #steps = 0;

  constructor(request: RunRequest, ports: RunPorts) {
    this.#request = request;
    this.#ports = this.#measure(ports);
    this.ledger = new OutcomeLedger(ports.events);
    this.#soundness = new Soundness(request, this.ledger.outcomes);
    this.#gate = new StartGate(request, ports);
    this.#schedule = new Schedule(request.taskGraph, request);
    this.#results = new ResultStore(this.#ports, this.#soundness);
    this.#steering = new Steering(ports, {
      restarts: request.restarts ?? new Map(),
      schedule: this.#schedule,
      ledger: this.ledger,
      soundness: this.#soundness,
      running: this.#running,
      advance: () => this.#advance(),
    });
  }

  async run(): Promise<void> {
    const { signal } = this.#ports;
    const onAbort = (): void => this.#step(this.#stopEverything());
    signal.addEventListener('abort', onAbort);
    const detach = this.#steering.attach();
    try {
      if (signal.aborted) onAbort();
      else this.#advance();
      await this.#finished.promise;
    } finally {
      detach();
      signal.removeEventListener('abort', onAbort);
    }
  }

  /** How long there was nothing to do but to wait for a person. */
  get heldMs(): number {
    return this.#steering.heldMs;
  }

  #advance(): void {
    if (!this.#ports.signal.aborted) {
      // Processes first: what this one has to do for other tasks it can do while they run.
      for (const id of this.#schedule.takeRunnable(this.#limits())) this.#step(this.#execute(id));
      this.#tellMisses();
      for (const id of this.#schedule.takeReady(concurrentLookups - this.#lookups)) this.#step(this.#lookUp(id));
      for (const id of this.#schedule.takeStoppable()) this.#step(this.#running.stopUnneeded(id));
    }
    if (this.#steps === 0) this.#finish();
    else this.#lookAgain();
  }

  /** Counts work in flight. Its end moves the loop on, and its rejection is a bug that ends the loop. */
  #step(work: Promise<void>): void {
    this.#steps += 1;
    work
      .then(() => {
        this.#steps -= 1;
        this.#advance();
      })
      .catch((error: unknown) => this.#finished.reject(error));
  }

  #finish(): void {
    if (!this.#schedule.isFinished) {
      this.#finished.reject(new Error('The schedule has tasks left and none of them can start.'));
    } else if (!this.#steering.holdsOpen()) this.#finished.resolve();
  }

  async #lookUp(id: TaskId): Promise<void> {
    const task = this.#taskOf(id);
    this.#lookups += 1;
    const lookup = await lookUpTask(task, this.#ports, {
      policy: this.#request.cachePolicy,
      flaw: this.#soundness.judge(id),
      isForced: this.#steering.isForced(id),
      onHash: (hash) => this.ledger.setHash(id, hash),
    });
    this.#lookups -= 1;
    switch (lookup.kind) {
      case 'found':
        if (lookup.outcome.kind === 'restored') this.#ports.marks?.disturb(id);
        replayOutput(id, lookup.terminalOutput, this.#ports.events);
        return this.#settle(id, lookup.outcome);
      case 'settled':
        return this.#settle(id, lookup.outcome);
      case 'missed':
        this.#tickets.set(id, lookup.ticket);
        this.#untold.add(lookup.ticket);
        return this.#enqueue(id);
    }
  }

  #enqueue(id: TaskId): void {
    const settlements = this.#schedule.enqueue(id);
    if (settlements.length > 0) this.#tellMisses();
    this.ledger.record(settlements);
  }

  /** Those that were started told of theirs, and the others wait. */
  #tellMisses(): void {
    for (const ticket of this.#untold) ticket.tellMiss();
    this.#untold.clear();
  }

  async #execute(id: TaskId): Promise<void> {
    const { clock, signal, marks } = this.#ports;
    const ticket = this.#ticketOf(id);
    if (signal.aborted) return this.#settle(id, { kind: 'cancelled' });
    const startedAt = clock.now();
    const execution = new Attempts(
      ticket.task,
      { request: this.#request, ports: this.#ports, readyUrls: this.#readyUrls },
      { keepOutput: ticket.storable, tellMiss: ticket.tellMiss, ...this.#steering.takeWish(id, ticket.hash) },
    );
    this.#running.add(id, execution);
    // Its process takes longer to begin than this does.
    const mark = ticket.task.cache && !ticket.task.continuous ? (marks?.begin(id) ?? null) : null;
    let outcome: TaskOutcome;
    try {
      outcome = await this.#awaitOutcome(ticket.task, execution, startedAt);
      if (outcome.kind === 'executed') await this.#store(ticket, execution, mark);
    } finally {
      mark?.end();
    }
    this.#settle(id, outcome);
  }

  async #awaitOutcome(task: Task, execution: Attempts, startedAt: number): Promise<TaskOutcome> {
    const { clock, signal } = this.#ports;
    const { id } = task;
    const loseControl = this.#steering.handOver(task, execution, () => this.#stopByHand(task));
    if (task.continuous) this.#awaitReadiness(id, execution);
    // Whoever watches can interrupt the run at any event, that of the start included.
    if (signal.aborted) this.#step(execution.running.stop());
    const end = await execution.running.ended;
    this.#running.remove(id);
    loseControl();
    this.#schedule.release(id);
    this.ledger.setUsage(id, execution.meter.usage);
    if (signal.aborted) return { kind: 'cancelled' };
    return this.#running.judge(id, end, { execution, durationMs: clock.now() - startedAt });
  }

  async #store(ticket: ExecutionTicket, execution: Attempts, mark: ExecutionMark | null): Promise<void> {
    // A pass at a later attempt is a result like any other; what a hit saves is one execution.
    const durationMs = this.#ports.clock.now() - execution.startedAt;
    await this.#steering.checkEnd(ticket.task.id);
    const result = { terminalOutput: execution.terminalOutput(), durationMs };
    // While it is stored its slot already serves another task; dependents wait for the settling.
    await this.#results.store(ticket, result, { mark, onStart: () => this.#advance() });
  }

  /** Results that were packed and not yet confirmed get into the cache, also when the run was interrupted. */
  publishAll(): Promise<void> {
    return this.#results.publishAll();
  }

  /** Results that wait to be stored hold their output in memory: when there are too many, nothing new starts. */
  #limits(): StartLimits {
    if (this.#results.storing >= Math.max(2, this.#request.slots)) return limitSlots(0);
    const { residentBytes } = this.#running;
    return this.#gate.limitsFor({ occupiedSlots: this.#schedule.occupiedSlots, residentBytes });
  }

  #lookAgain(): void {
    if (this.#schedule.countsByState.queued === 0) return;
    this.#gate
      .waitForChange()
      ?.then(() => (this.#steps > 0 ? this.#advance() : undefined))
      .catch((error: unknown) => this.#finished.reject(error));
  }

  #awaitReadiness(id: TaskId, execution: Attempts): void {
    const steps: ReadinessSteps = {
      counts: () => this.#running.isNeeded(id) && !this.#ports.signal.aborted,
      haveStarted: () => {
        this.#schedule.markStarted(id);
        this.#advance();
      },
      becomeReady: () => {
        this.#ports.events.emit({ type: 'task-ready', task: id });
        this.#schedule.markReady(id);
        this.#advance();
      },
    };
    followReadiness(execution, steps).catch((error: unknown) => this.#finished.reject(error));
  }

  #measure(ports: RunPorts): RunPorts {
    const { machineLoad: load, clock, events } = ports;
    if (load === undefined) return ports;
    return { ...ports, spawn: new UsagePulse(ports.spawn, { running: this.#running, load, clock, events }).spawn };
  }

  /** That is how a continuous task ends; any other fails by it. */
  #stopByHand({ id, continuous }: Task): void {
    this.#step(continuous ? this.#running.stopUnneeded(id) : this.#running.stopByHand(id));
  }

  async #stopEverything(): Promise<void> {
    this.#tellMisses();
    this.ledger.record(this.#schedule.cancelRemaining());
    await this.#running.stopAll();
  }

  #settle(id: TaskId, outcome: TaskOutcome): void {
    this.ledger.record([{ task: id, outcome }]);
    this.ledger.record(this.#schedule.settle(id, outcome));
  }

  #taskOf(id: TaskId): Task {
    const task = this.#request.taskGraph.tasks.get(id);
    if (task === undefined) throw new Error(`The schedule names a task that is not in the graph: ${id}`);
    return task;
  }

  #ticketOf(id: TaskId): ExecutionTicket {
    const ticket = this.#tickets.get(id);
    if (ticket === undefined) throw new Error(`The schedule starts a task that was not looked up: ${id}`);
    this.#tickets.delete(id);
    return ticket;
  }
}
