import {
  asProjectName,
  asWorkspacePath,
  limitSlots,
  prioritise,
  Schedule,
  type SharedCapacity,
  type Task,
  type TaskDemand,
  type TaskGraph,
  type TaskId,
  type TaskOutcome,
  type TaskTakes,
} from '@larder/core';
import { EventQueue } from './event-queue.ts';

/** A task as a run went, without when it went. Times are milliseconds. */
export interface SimulatedTask {
  readonly id: TaskId;
  readonly dependsOn: readonly TaskId[];
  /** Hashing and lookup, which take no slot. */
  readonly lookupMs: number;
  readonly work:
    | { readonly kind: 'restore'; readonly restoreMs: number }
    /** Only the execution takes a slot; dependents wait for the store. */
    | { readonly kind: 'execute'; readonly executeMs: number; readonly storeMs: number; readonly failed: boolean }
    /** Serves its dependents, and takes no slot. */
    | { readonly kind: 'serve' };
  /** Of the machine, while it is executed; absent: one slot, and nothing else. */
  readonly takes?: TaskTakes;
}

/** As the runner does it. */
const concurrentLookups = 8;

/**
 * Plays a run through the schedule that real runs use, on a clock of its own, and returns its milliseconds. What it
 * does not know: that tasks slow each other down where there are more slots than cores, and memory that is reserved.
 */
export function simulateRun(tasks: readonly SimulatedTask[], slots: number): number {
  const byId = new Map(tasks.map((task) => [task.id, task]));
  const graph = toTaskGraph(tasks);
  const durations = new Map(tasks.map((task) => [task.id, durationOf(task)]));
  const priorities = prioritise(graph, durations);
  const shared = toShared(tasks);
  const schedule = new Schedule(graph, { priorities, continueMode: 'dependencies-successful', shared });
  const queue = new EventQueue();
  let now = 0;
  let lookups = 0;

  function lookUp(task: SimulatedTask): void {
    lookups += 1;
    queue.add(now + task.lookupMs, () => {
      if (task.work.kind === 'restore') {
        queue.add(now + task.work.restoreMs, () => {
          lookups -= 1;
          schedule.settle(task.id, { kind: 'restored', from: 'local', savedMs: 0 });
        });
        return;
      }
      lookups -= 1;
      schedule.enqueue(task.id);
    });
  }

  function start({ id, work }: SimulatedTask): void {
    if (work.kind === 'serve') {
      schedule.markReady(id);
      // Its dependents may start now: another turn, at the same time.
      queue.add(now, () => {});
      return;
    }
    if (work.kind === 'restore') return;
    queue.add(now + work.executeMs, () => {
      schedule.release(id);
      queue.add(now + work.storeMs, () => schedule.settle(id, work.failed ? failed : executed));
    });
  }

  function advance(): void {
    for (const id of schedule.takeReady(concurrentLookups - lookups)) lookUp(byId.get(id)!);
    for (const id of schedule.takeRunnable(limitSlots(slots))) start(byId.get(id)!);
    for (const id of schedule.takeStoppable()) schedule.settle(id, executed);
  }

  advance();
  for (let next = queue.take(); next !== null; next = queue.take()) {
    now = next.at;
    next.act();
    advance();
  }
  return now;
}

const executed: TaskOutcome = { kind: 'executed', durationMs: 0, attempts: 1 };
const failed: TaskOutcome = { kind: 'failed', exitCode: 1, durationMs: 0, attempts: 1 };

export function durationOf({ work }: SimulatedTask): number {
  switch (work.kind) {
    case 'restore':
      return work.restoreMs;
    case 'execute':
      return work.executeMs + work.storeMs;
    case 'serve':
      return 0;
  }
}

function toTaskGraph(tasks: readonly SimulatedTask[]): TaskGraph {
  const known = new Set(tasks.map(({ id }) => id));
  return {
    tasks: new Map(tasks.map((task) => [task.id, toTask(task)])),
    dependencies: new Map(
      tasks.map(({ id, dependsOn }) => [
        id,
        dependsOn.filter((each) => known.has(each)).map((dependency) => ({ dependency, hashed: true })),
      ]),
    ),
  };
}

function toShared(tasks: readonly SimulatedTask[]): SharedCapacity {
  const demands = new Map<TaskId, TaskDemand>();
  const resources = new Map<string, number>();
  for (const { id, takes } of tasks) {
    if (takes === undefined) continue;
    const taken = new Map(takes.shares.map(({ name, amount }) => [name, amount]));
    demands.set(id, { weight: takes.weight, resources: taken, memoryBytes: 0 });
    for (const { name, of } of takes.shares) resources.set(name, of);
  }
  return { demands, resources };
}

/** The schedule asks a task for little more than its id. */
function toTask({ id, work, takes }: SimulatedTask): Task {
  const continuous = work.kind === 'serve';
  const parallelism = takes?.alone !== true;
  return {
    id,
    project: asProjectName('simulated'),
    projectRoot: asWorkspacePath('simulated'),
    target: 'simulated',
    configuration: null,
    definition: {
      name: 'simulated',
      executor: 'simulated',
      options: {},
      configurations: {},
      defaultConfiguration: null,
      inputs: null,
      outputs: [],
      dependsOn: [],
      cache: true,
      continuous,
      parallelism,
      metadata: {},
      location: null,
    },
    options: {},
    args: [],
    outputs: [],
    cache: true,
    continuous,
    parallelism,
    requested: !continuous,
  };
}
