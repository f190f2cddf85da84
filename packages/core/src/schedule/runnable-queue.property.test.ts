import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { drawTaskGraph } from '../fixtures/draw-graphs.ts';
import type { TaskId } from '../ids.ts';
import { RunnableQueue } from './runnable-queue.ts';
import { createScheduledTasks, type ScheduledTask } from './scheduled-task.ts';
import type { StartLimits, TaskDemand } from './task-demand.ts';

const capacity = new Map([
  ['gpu', 2],
  ['license', 1],
]);

const demands: fc.Arbitrary<TaskDemand> = fc.record({
  weight: fc.integer({ min: 1, max: 6 }),
  memoryBytes: fc.nat({ max: 10 }),
  resources: fc.oneof(
    { weight: 3, arbitrary: fc.constant(new Map()) },
    fc.integer({ min: 1, max: 2 }).map((amount) => new Map([['gpu', amount]])),
    fc.constant(
      new Map([
        ['license', 1],
        ['gpu', 1],
      ]),
    ),
  ),
});

interface Scenario {
  readonly tasks: readonly { readonly demand: TaskDemand; readonly isAlone: boolean }[];
  readonly slots: number;
  readonly memoryBytes: number | null;
  /** Decide what happens next; from the start again when they run out. */
  readonly choices: readonly number[];
}

const scenarios: fc.Arbitrary<Scenario> = fc.record({
  tasks: fc.array(fc.record({ demand: demands, isAlone: fc.nat({ max: 7 }).map((one) => one === 0) }), {
    minLength: 1,
    maxLength: 25,
  }),
  slots: fc.integer({ min: 1, max: 5 }),
  memoryBytes: fc.option(fc.integer({ min: 1, max: 20 })),
  choices: fc.array(fc.nat({ max: 1000 }), { minLength: 1, maxLength: 60 }),
});

/** Adds, starts and ends tasks in an arbitrary order until all have run. */
class QueueRun {
  readonly running = new Set<ScheduledTask>();
  readonly waiting = new Set<ScheduledTask>();
  readonly ran: ScheduledTask[] = [];
  readonly #scenario: Scenario;
  readonly #toAdd: ScheduledTask[];
  readonly #queue: RunnableQueue;
  readonly #demands: ReadonlyMap<TaskId, TaskDemand>;
  #choice = 0;

  constructor(scenario: Scenario) {
    this.#scenario = scenario;
    const names = scenario.tasks.map((_, index) => `p:${String(index).padStart(2, '0')}`);
    const overrides = scenario.tasks.map(({ isAlone }, index) => [names[index]!, { parallelism: !isAlone }] as const);
    const graph = drawTaskGraph(names.join('\n'), Object.fromEntries(overrides));
    this.#demands = new Map(names.map((name, index) => [name as TaskId, scenario.tasks[index]!.demand]));
    this.#toAdd = [...createScheduledTasks(graph, new Map()).values()];
    this.#queue = new RunnableQueue({ demands: this.#demands, resources: capacity });
  }

  demandOf({ id }: ScheduledTask): TaskDemand {
    return this.#demands.get(id)!;
  }

  /** `onStart` is called for each task that starts, before it counts as running. */
  finish(onStart: (task: ScheduledTask) => void = () => {}): void {
    while (this.ran.length < this.#scenario.tasks.length) {
      const next = this.#next(3);
      if (next === 0 && this.#toAdd.length > 0) this.#add();
      else if (next === 1 && this.running.size > 0) this.#end();
      else if (this.#start(onStart) === 0) {
        if (this.running.size > 0) this.#end();
        else this.#add();
      }
    }
  }

  #add(): void {
    const [task] = this.#toAdd.splice(this.#next(this.#toAdd.length), 1);
    if (task === undefined) throw new Error('nothing runs, nothing can start, and nothing is left to add');
    task.state = 'queued';
    this.waiting.add(task);
    this.#queue.add(task);
  }

  #start(onStart: (task: ScheduledTask) => void): number {
    const { slots, memoryBytes } = this.#scenario;
    const limits: StartLimits = { slots, memoryBytes, isStrained: this.#next(5) === 0 };
    const wasIdle = this.running.size === 0;
    const started = this.#queue.take(limits);
    if (limits.isStrained) assert(started.length <= (wasIdle ? 1 : 0), 'a strained machine gets more');
    for (const task of started) {
      this.waiting.delete(task);
      onStart(task);
      task.state = 'running';
      this.running.add(task);
    }
    assert(!wasIdle || started.length > 0 || this.waiting.size === 0, 'nothing runs, and nothing starts');
    return started.length;
  }

  #end(): void {
    const task = [...this.running][this.#next(this.running.size)]!;
    this.running.delete(task);
    this.ran.push(task);
    this.#queue.free(task);
  }

  #next(bound: number): number {
    const { choices } = this.#scenario;
    return choices[this.#choice++ % choices.length]! % Math.max(1, bound);
  }
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

test('all tasks run, once each, and whatever is idle starts something', () => {
  fc.assert(
    fc.property(scenarios, (scenario) => {
      const run = new QueueRun(scenario);
      run.finish();
      expect(new Set(run.ran).size).toBe(scenario.tasks.length);
    }),
    { numRuns: 500 },
  );
});

test('running tasks never take more than there is', () => {
  fc.assert(
    fc.property(scenarios, (scenario) => {
      const run = new QueueRun(scenario);
      run.finish((task) => {
        const together = [...run.running, task];
        const taken = together.map((one) => run.demandOf(one));
        expect(sum(taken.map(({ weight }) => Math.min(weight, scenario.slots)))).toBeLessThanOrEqual(scenario.slots);
        for (const [name, most] of capacity) {
          expect(sum(taken.map(({ resources }) => resources.get(name) ?? 0))).toBeLessThanOrEqual(most);
        }
        if (together.length === 1) return;
        expect(together.every((one) => one.task.parallelism)).toBe(true);
        expect(sum(taken.map(({ memoryBytes }) => memoryBytes))).toBeLessThanOrEqual(scenario.memoryBytes ?? Infinity);
      });
    }),
    { numRuns: 500 },
  );
});

test('the most urgent task is overtaken at most as often as there are slots, by those that take what it lacks', () => {
  const slotsOnly = scenarios.map((scenario) => ({
    ...scenario,
    memoryBytes: null,
    tasks: scenario.tasks.map(({ demand, isAlone }) => ({ demand: { ...demand, resources: new Map() }, isAlone })),
  }));
  fc.assert(
    fc.property(slotsOnly, (scenario) => {
      const run = new QueueRun(scenario);
      const overtaken = new Map<ScheduledTask, number>();
      run.finish((started) => {
        const first = [...run.waiting].toSorted((a, b) => a.rank - b.rank)[0];
        if (first === undefined || first.rank > started.rank) return;
        overtaken.set(first, (overtaken.get(first) ?? 0) + 1);
        expect(overtaken.get(first)).toBeLessThanOrEqual(Math.max(2, scenario.slots));
      });
    }),
    { numRuns: 1000 },
  );
});

test('the same calls give the same answers', () => {
  fc.assert(
    fc.property(scenarios, (scenario) => {
      const order = (): readonly TaskId[] => {
        const started: TaskId[] = [];
        new QueueRun(scenario).finish(({ id }) => started.push(id));
        return started;
      };
      expect(order()).toEqual(order());
    }),
  );
});
