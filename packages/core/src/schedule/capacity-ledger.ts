import type { StartLimits, TaskDemand } from './task-demand.ts';

/** Something that a task has to wait for until others give it back: `slots`, `memory`, `quiet`, or `resource <name>`. */
export type Lack = 'slots' | 'memory' | 'quiet' | `resource ${string}`;

/** What running tasks take. A task that has to be alone takes everything. */
export class CapacityLedger {
  readonly #capacity: ReadonlyMap<string, number>;
  readonly #resources = new Map<string, number>();
  readonly #taken = new Map<object, TaskDemand>();
  #slots = 0;
  #memoryBytes = 0;
  #isClosed = false;

  constructor(capacity: ReadonlyMap<string, number>) {
    this.#capacity = capacity;
  }

  get slots(): number {
    return this.#slots;
  }

  /** A task that has to be alone runs. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** What there is too little of. One task may always run: then it lacks neither memory nor quiet. */
  findLacks(demand: TaskDemand, isAlone: boolean, limits: StartLimits): readonly Lack[] {
    const isIdle = this.#taken.size === 0;
    const lacks: Lack[] = [];
    if (this.#isClosed || (isAlone && !isIdle)) lacks.push('slots');
    else if (this.#slots + clampWeight(demand, limits) > limits.slots) lacks.push('slots');
    if (isIdle) return lacks;
    const { memoryBytes } = limits;
    if (memoryBytes !== null && this.#memoryBytes + demand.memoryBytes > memoryBytes) lacks.push('memory');
    if (limits.isStrained) lacks.push('quiet');
    for (const [name, amount] of demand.resources) {
      if ((this.#resources.get(name) ?? 0) + amount > (this.#capacity.get(name) ?? 0)) lacks.push(`resource ${name}`);
    }
    return lacks;
  }

  take(holder: object, demand: TaskDemand, options: { readonly isAlone: boolean; readonly limits: StartLimits }): void {
    const held = { ...demand, weight: clampWeight(demand, options.limits) };
    this.#taken.set(holder, held);
    this.#slots += held.weight;
    this.#memoryBytes += held.memoryBytes;
    this.#isClosed = options.isAlone;
    for (const [name, amount] of held.resources) this.#resources.set(name, (this.#resources.get(name) ?? 0) + amount);
  }

  /** Once for each that was taken; nothing happens where nothing is held. */
  giveBack(holder: object): void {
    const held = this.#taken.get(holder);
    if (held === undefined) return;
    this.#taken.delete(holder);
    this.#slots -= held.weight;
    this.#memoryBytes -= held.memoryBytes;
    // It was alone, if any task was.
    this.#isClosed = false;
    for (const [name, amount] of held.resources) this.#resources.set(name, (this.#resources.get(name) ?? 0) - amount);
  }
}

/** Whether a task that starts takes of what another one waits for. */
export function takesOf(demand: TaskDemand, lack: Lack): boolean {
  switch (lack) {
    case 'slots':
    case 'quiet':
      return true;
    case 'memory':
      return demand.memoryBytes > 0;
    default:
      return demand.resources.has(lack.slice('resource '.length));
  }
}

/** A task that wants more slots than there are takes all of them. */
function clampWeight({ weight }: TaskDemand, { slots }: StartLimits): number {
  return Math.max(1, Math.min(weight, slots));
}
