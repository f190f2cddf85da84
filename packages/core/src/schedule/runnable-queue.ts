import { CapacityLedger, takesOf, type Lack } from './capacity-ledger.ts';
import { PriorityQueue } from './priority-queue.ts';
import type { ScheduledTask } from './scheduled-task.ts';
import { plainDemand, type SharedCapacity, type StartLimits, type TaskDemand } from './task-demand.ts';

/** Tasks that take the same: where the first of them cannot start, none can. There are few such lines. */
interface Line {
  readonly demand: TaskDemand;
  readonly isAlone: boolean;
  readonly tasks: PriorityQueue<ScheduledTask>;
  /** How often another task took what the first one waits for. */
  overtaken: number;
  /** The first one, while what it lacks is kept for it. */
  held: ScheduledTask | null;
}

interface Head {
  readonly line: Line;
  readonly task: ScheduledTask;
}

/**
 * Tasks that want to start, and which of them may. The first by rank goes first; where it lacks something,
 * others that fit go ahead, so that no slot idles for it, but not for ever: once it has been overtaken as
 * often as there are slots, what it lacks is kept for it, even from more urgent tasks that come later. For a
 * task with `parallelism: false`, which runs while no other does, it is kept at once. Continuous tasks take
 * nothing, since those that need them could then get none; they only do not start while a task runs alone.
 */
export class RunnableQueue {
  readonly #shared: SharedCapacity;
  readonly #ledger: CapacityLedger;
  readonly #lines = new Map<string, Line>();
  readonly #waiting = new Set<ScheduledTask>();
  readonly #continuous = new PriorityQueue<ScheduledTask>((a, b) => a.rank - b.rank);

  constructor(shared: SharedCapacity) {
    this.#shared = shared;
    this.#ledger = new CapacityLedger(shared.resources);
  }

  /** Slots that are in use. */
  get occupied(): number {
    return this.#ledger.slots;
  }

  add(scheduled: ScheduledTask): void {
    // It was settled while it waited, reopened, and is looked at again before its old place is passed over.
    if (this.#waiting.has(scheduled)) return;
    this.#waiting.add(scheduled);
    if (scheduled.task.continuous) this.#continuous.add(scheduled);
    else this.#obtainLine(scheduled).tasks.add(scheduled);
  }

  /** Tasks that are no longer `queued` have been settled in the meantime and are passed over. */
  take(limits: StartLimits): readonly ScheduledTask[] {
    const taken: ScheduledTask[] = [];
    if (this.#ledger.isClosed) return taken;
    for (let next = this.#peek(this.#continuous); next !== null; next = this.#peek(this.#continuous)) {
      this.#remove(this.#continuous);
      taken.push(next);
    }
    for (let head = this.#choose(limits); head !== null; head = this.#choose(limits)) {
      const { line, task } = head;
      this.#remove(line.tasks);
      line.overtaken = 0;
      line.held = null;
      this.#ledger.take(task, line.demand, { isAlone: line.isAlone, limits });
      this.#countOvertaken(head, limits);
      taken.push(task);
    }
    return taken;
  }

  /** What a task that `take` gave holds is free: its processes have ended. */
  free(task: ScheduledTask): void {
    this.#ledger.giveBack(task);
  }

  /** The next to start: the first that lacks nothing, and takes nothing that is kept for another. */
  #choose(limits: StartLimits): Head | null {
    const kept: Lack[] = [];
    for (const [place, head] of this.#orderHeads().entries()) {
      const { line, task } = head;
      const lacks = this.#findLacks(line, limits);
      if (lacks.length === 0 && !takesAnyOf(line.demand, kept)) return head;
      if (line.isAlone && place === 0) line.held = task;
      if (line.held === task) kept.push(...lacks);
    }
    return null;
  }

  /** Of more urgent tasks that wait for what the one takes that has just started. */
  #countOvertaken(started: Head, limits: StartLimits): void {
    for (const { line, task } of this.#orderHeads()) {
      if (task.rank > started.task.rank) continue;
      if (!takesAnyOf(started.line.demand, this.#findLacks(line, limits))) continue;
      line.overtaken += 1;
      if (line.overtaken >= Math.max(2, limits.slots)) line.held = task;
    }
  }

  #findLacks({ demand, isAlone }: Line, limits: StartLimits): readonly Lack[] {
    return this.#ledger.findLacks(demand, isAlone, limits);
  }

  /** Those that something is kept for, then the others; each by rank. */
  #orderHeads(): readonly Head[] {
    const heads: Head[] = [];
    for (const line of this.#lines.values()) {
      const task = this.#peek(line.tasks);
      if (task !== null) heads.push({ line, task });
    }
    const isHeld = ({ line, task }: Head): number => Number(line.held === task);
    return heads.sort((a, b) => isHeld(b) - isHeld(a) || a.task.rank - b.task.rank);
  }

  #peek(queue: PriorityQueue<ScheduledTask>): ScheduledTask | null {
    for (let next = queue.peek(); next !== undefined; next = queue.peek()) {
      if (next.state === 'queued') return next;
      this.#remove(queue);
    }
    return null;
  }

  #remove(queue: PriorityQueue<ScheduledTask>): void {
    const task = queue.take();
    if (task !== undefined) this.#waiting.delete(task);
  }

  #obtainLine({ id, task }: ScheduledTask): Line {
    const demand = this.#shared.demands.get(id) ?? plainDemand;
    const isAlone = !task.parallelism;
    const key = JSON.stringify([isAlone, demand.weight, demand.memoryBytes, ...demand.resources]);
    const known = this.#lines.get(key);
    if (known !== undefined) return known;
    const tasks = new PriorityQueue<ScheduledTask>((a, b) => a.rank - b.rank);
    const line: Line = { demand, isAlone, tasks, overtaken: 0, held: null };
    this.#lines.set(key, line);
    return line;
  }
}

function takesAnyOf(demand: TaskDemand, lacks: readonly Lack[]): boolean {
  return lacks.some((lack) => takesOf(demand, lack));
}
