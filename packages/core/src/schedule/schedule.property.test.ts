import fc from 'fast-check';
import { expect, test } from 'vitest';
import { drawTaskGraph, type TaskOverrides } from '../fixtures/draw-graphs.ts';
import type { TaskId } from '../ids.ts';
import { prioritise } from '../plan/prioritise.ts';
import type { Task, TaskGraph } from '../task-graph/task-graph.ts';
import { isSuccess, type ContinueMode, type TaskOutcome } from './outcome.ts';
import { Schedule, type Settlement } from './schedule.ts';

interface Scenario {
  readonly taskGraph: TaskGraph;
  readonly continueMode: ContinueMode;
  readonly slots: number;
  /** Decide what happens next; used in turn, from the start again when they run out. */
  readonly choices: readonly number[];
}

const flags = fc.record({
  continuous: fc.nat({ max: 5 }).map((one) => one === 0),
  requested: fc.boolean(),
  parallelism: fc.nat({ max: 3 }).map((one) => one > 0),
});

const scenarios: fc.Arbitrary<Scenario> = fc
  .integer({ min: 1, max: 12 })
  .chain((size) =>
    fc.record({
      overrides: fc.array(flags, { minLength: size, maxLength: size }),
      edges: fc.array(fc.tuple(fc.nat(size - 1), fc.nat(size - 1)), { maxLength: size * 2 }),
      continueMode: fc.constantFrom<ContinueMode>('never', 'dependencies-successful', 'always'),
      slots: fc.integer({ min: 1, max: 4 }),
      choices: fc.array(fc.nat({ max: 1000 }), { minLength: 1, maxLength: 60 }),
    }),
  )
  .map(({ overrides, edges, ...rest }) => ({ ...rest, taskGraph: drawScenario(overrides, edges) }));

function drawScenario(overrides: readonly TaskOverrides[], edges: readonly (readonly [number, number])[]): TaskGraph {
  const lines = [
    ...overrides.map((_, index) => `p:${index}`),
    ...edges.filter(([from, to]) => from > to).map(([from, to]) => `p:${from} -> p:${to}`),
  ];
  return drawTaskGraph(lines.join('\n'), Object.fromEntries(overrides.map((one, index) => [`p:${index}`, one])));
}

/** Drives a schedule to its end by arbitrary but sensible calls, and checks each answer against the rules. */
class Run {
  readonly outcomes = new Map<TaskId, TaskOutcome>();
  readonly started = new Set<TaskId>();
  readonly #scenario: Scenario;
  readonly #schedule: Schedule;
  readonly #lookingUp: TaskId[] = [];
  readonly #running: TaskId[] = [];
  readonly #ready = new Set<TaskId>();
  #choice = 0;

  constructor(scenario: Scenario) {
    this.#scenario = scenario;
    const { taskGraph, continueMode } = scenario;
    this.#schedule = new Schedule(taskGraph, { priorities: prioritise(taskGraph, new Map()), continueMode });
  }

  finish(): void {
    while (!this.#schedule.isFinished) {
      const moves = this.#listMoves();
      if (this.#schedule.isFinished) return;
      expect(moves, 'the run is stuck').not.toEqual([]);
      this.#choose(moves)();
      const counts = Object.values(this.#schedule.countsByState).reduce((sum, count) => sum + count, 0);
      expect(counts).toBe(this.#scenario.taskGraph.tasks.size);
      expect(this.#schedule.countsByState.settled).toBe(this.outcomes.size);
    }
  }

  #listMoves(): readonly (() => void)[] {
    const ending = this.#running.filter((id) => !this.#taskOf(id).continuous);
    const starting = this.#running.filter((id) => this.#taskOf(id).continuous && !this.#ready.has(id));
    const moves = [
      ...(this.#schedule.countsByState.ready > 0 ? [() => this.#takeReady()] : []),
      ...this.#lookingUp.map((id) => () => this.#endLookup(id)),
      ...ending.map((id) => () => this.#end(id)),
      ...starting.map((id) => () => this.#markReady(id)),
    ];
    if (this.#takeRunnable() || this.#stopUnneeded()) return this.#listMoves();
    // Whatever still runs was requested and never ends by itself.
    return moves.length > 0 ? moves : this.#running.map((id) => () => this.#end(id));
  }

  #takeReady(): void {
    for (const id of this.#schedule.takeReady(1 + this.#next(3))) {
      for (const { dependency } of this.#scenario.taskGraph.dependencies.get(id) ?? []) {
        expect(this.#isSatisfied(dependency), `${id} is ready before ${dependency}`).toBe(true);
      }
      this.#lookingUp.push(id);
    }
  }

  #isSatisfied(id: TaskId): boolean {
    const outcome = this.outcomes.get(id);
    if (this.#ready.has(id)) return true;
    if (outcome === undefined) return false;
    return isSuccess(outcome) || (outcome.kind === 'failed' && this.#scenario.continueMode === 'always');
  }

  #endLookup(id: TaskId): void {
    this.#lookingUp.splice(this.#lookingUp.indexOf(id), 1);
    const isHit = this.#next(3) === 0 && !this.#taskOf(id).continuous;
    if (isHit) this.#settle(id, { kind: 'up-to-date', savedMs: 1 });
    else this.#record(this.#schedule.enqueue(id));
  }

  #takeRunnable(): boolean {
    const free = this.#scenario.slots - this.#schedule.occupiedSlots;
    const taken = this.#schedule.takeRunnable(free);
    const hasFailed = [...this.outcomes.values()].some((outcome) => outcome.kind === 'failed');
    if (hasFailed && this.#scenario.continueMode === 'never') expect(taken).toEqual([]);
    for (const id of taken) {
      expect(this.started.has(id)).toBe(false);
      this.started.add(id);
      this.#running.push(id);
    }
    const inSlots = this.#running.map((id) => this.#taskOf(id)).filter((task) => !task.continuous);
    expect(inSlots.length).toBeLessThanOrEqual(this.#scenario.slots);
    expect(inSlots.length).toBe(this.#schedule.occupiedSlots);
    if (inSlots.some((task) => !task.parallelism)) expect(inSlots).toHaveLength(1);
    return taken.length > 0;
  }

  #stopUnneeded(): boolean {
    const stoppable = this.#schedule.takeStoppable();
    for (const id of stoppable) {
      expect(this.#taskOf(id)).toMatchObject({ continuous: true, requested: false });
      for (const user of this.#findUsers(id)) expect(this.outcomes.has(user), `${user} needs ${id}`).toBe(true);
      this.#end(id, { kind: 'executed', durationMs: 1, attempts: 1 });
    }
    return stoppable.length > 0;
  }

  /** All that depend on the task, over any number of edges. */
  #findUsers(id: TaskId): ReadonlySet<TaskId> {
    const reached = new Set([id]);
    for (const one of reached) {
      for (const [user, edges] of this.#scenario.taskGraph.dependencies) {
        if (edges.some((edge) => edge.dependency === one)) reached.add(user);
      }
    }
    reached.delete(id);
    return reached;
  }

  #markReady(id: TaskId): void {
    this.#ready.add(id);
    this.#schedule.markReady(id);
  }

  #end(id: TaskId, outcome = this.#chooseOutcome()): void {
    this.#running.splice(this.#running.indexOf(id), 1);
    this.#settle(id, outcome);
  }

  #chooseOutcome(): TaskOutcome {
    if (this.#next(4) === 0) return { kind: 'failed', exitCode: 1, durationMs: 1, attempts: 1 };
    return { kind: 'executed', durationMs: 1, attempts: 1 };
  }

  #settle(id: TaskId, outcome: TaskOutcome): void {
    this.#record([{ task: id, outcome }]);
    this.#record(this.#schedule.settle(id, outcome));
  }

  #record(settlements: readonly Settlement[]): void {
    for (const { task, outcome } of settlements) {
      expect(this.outcomes.has(task), `${task} settles twice`).toBe(false);
      expect(this.#running).not.toContain(task);
      this.outcomes.set(task, outcome);
    }
  }

  #taskOf(id: TaskId): Task {
    return this.#scenario.taskGraph.tasks.get(id)!;
  }

  #choose<Item>(items: readonly Item[]): Item {
    return items[this.#next(items.length)]!;
  }

  #next(bound: number): number {
    const { choices } = this.#scenario;
    return choices[this.#choice++ % choices.length]! % bound;
  }
}

test('every task settles exactly once, after its dependencies, in slots, alone where it must be', () => {
  fc.assert(
    fc.property(scenarios, (scenario) => {
      const run = new Run(scenario);
      run.finish();
      expect([...run.outcomes.keys()].sort()).toEqual([...scenario.taskGraph.tasks.keys()]);
    }),
    { numRuns: 300 },
  );
});

test('what is skipped depends on a task that failed', () => {
  fc.assert(
    fc.property(scenarios, (scenario) => {
      const run = new Run(scenario);
      run.finish();
      for (const [task, outcome] of run.outcomes) {
        if (outcome.kind !== 'skipped') continue;
        expect(scenario.continueMode).not.toBe('always');
        expect(run.outcomes.get(outcome.failedDependency)?.kind).toBe('failed');
        expect(findDependencies(scenario.taskGraph, task)).toContain(outcome.failedDependency);
      }
    }),
    { numRuns: 150 },
  );
});

test('unless told to stop at a failure, all runs that is requested and depends on nothing that failed', () => {
  fc.assert(
    fc.property(scenarios, (scenario) => {
      fc.pre(scenario.continueMode !== 'never');
      const run = new Run(scenario);
      run.finish();
      for (const [task, outcome] of run.outcomes) {
        const { requested } = scenario.taskGraph.tasks.get(task)!;
        const failures = [...findDependencies(scenario.taskGraph, task)].filter(
          (dependency) => run.outcomes.get(dependency)?.kind === 'failed',
        );
        const mustRun = requested && (failures.length === 0 || scenario.continueMode === 'always');
        if (mustRun) expect(['executed', 'failed', 'up-to-date']).toContain(outcome.kind);
      }
    }),
    { numRuns: 150 },
  );
});

function findDependencies(taskGraph: TaskGraph, start: TaskId): ReadonlySet<TaskId> {
  const found = new Set([start]);
  for (const one of found) {
    for (const { dependency } of taskGraph.dependencies.get(one) ?? []) found.add(dependency);
  }
  found.delete(start);
  return found;
}

test('twenty thousand tasks come to an end', () => {
  const names = Array.from({ length: 20_000 }, (_, index) => `p:${index}`);
  const lines = names.map((name, index) =>
    index < 10 ? name : `${name} -> ${names[index - 10]}, ${names[index >> 1]}`,
  );
  const taskGraph = drawTaskGraph(lines.join('\n'));
  const priorities = prioritise(taskGraph, new Map());
  const schedule = new Schedule(taskGraph, { priorities, continueMode: 'never' });
  let steps = 0;
  while (!schedule.isFinished) {
    for (const task of schedule.takeReady(100)) schedule.enqueue(task);
    for (const task of schedule.takeRunnable(8))
      schedule.settle(task, { kind: 'executed', durationMs: 1, attempts: 1 });
    steps++;
  }
  expect(steps).toBeLessThanOrEqual(20_000);
});
