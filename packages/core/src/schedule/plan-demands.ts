import { ownValue } from '../json.ts';
import { locationOf } from '../config/place.ts';
import type { Parsed } from '../config/place.ts';
import type { TaskId } from '../ids.ts';
import type { Problem } from '../problem.ts';
import { findNearNames } from '../project-graph/find-near-names.ts';
import type { Task, TaskGraph } from '../task-graph/task-graph.ts';
import type { SharedCapacity, TaskDemand } from './task-demand.ts';

export interface DemandSources {
  /** How much there is of each resource, as the workspace says. */
  readonly resources: Readonly<Record<string, number>>;
  /** Bytes that tasks have held at most, from earlier runs; empty where memory is not looked at. */
  readonly peaks: ReadonlyMap<TaskId, number>;
}

/** Memory is reserved in steps, so that tasks whose needs differ by little wait in one line. */
const memoryStepBytes = 32 * 1024 * 1024;

/** What each task takes, where that is more than one slot; problems: resources that the workspace does not have. */
export function planDemands(taskGraph: TaskGraph, sources: DemandSources): Parsed<SharedCapacity> {
  const demands = new Map<TaskId, TaskDemand>();
  const resources = new Map(Object.entries(sources.resources).map(([name, amount]) => [nameResource(name), amount]));
  const problems: Problem[] = [];
  const reported = new Set<object>();
  for (const task of taskGraph.tasks.values()) {
    const demand = toDemand(task, sources);
    if (demand === null) continue;
    demands.set(task.id, demand);
    for (const name of task.definition.mutex ?? []) resources.set(nameMutex(name), 1);
    if (reported.has(task.definition)) continue;
    reported.add(task.definition);
    problems.push(...findExcess(task, sources.resources));
  }
  return [{ demands, resources }, problems];
}

function toDemand({ id, continuous, definition }: Task, { peaks }: DemandSources): TaskDemand | null {
  const { weight = 1, mutex = [], resources = {} } = definition;
  const memoryBytes = Math.ceil((peaks.get(id) ?? 0) / memoryStepBytes) * memoryStepBytes;
  if (continuous) return null;
  const taken = [
    ...mutex.map((name) => [nameMutex(name), 1] as const),
    ...Object.entries(resources).map(([name, amount]) => [nameResource(name), amount] as const),
  ];
  if (weight === 1 && memoryBytes === 0 && taken.length === 0) return null;
  return { weight, memoryBytes, resources: new Map(taken) };
}

/** A mutex and a resource of the same name are two things. */
function nameMutex(name: string): string {
  return `mutex ${name}`;
}

function nameResource(name: string): string {
  return `resource ${name}`;
}

/** What a target takes of a resource that is not there, or of which there is less. */
function findExcess({ target, definition }: Task, resources: Readonly<Record<string, number>>): readonly Problem[] {
  return Object.entries(definition.resources ?? {}).flatMap(([name, amount]): readonly Problem[] => {
    const available = ownValue(resources, name) ?? 0;
    if (amount <= available) return [];
    const { location } = definition;
    const path = `targets.${target}.resources.${name}`;
    const allowed = describeAllowed(name, available, resources);
    const file = location?.file ?? 'the project';
    return [
      { code: 'invalid-value', severity: 'error', file, path, found: `${amount}`, allowed, ...locationOf(location) },
    ];
  });
}

function describeAllowed(name: string, available: number, resources: Readonly<Record<string, number>>): string {
  if (available > 0) return `at most ${available}: the workspace's "resources" have no more of "${name}"`;
  const [near] = findNearNames(name, Object.keys(resources));
  const hint = near === undefined ? '' : `; did you mean "${near}"?`;
  return `a name of the workspace's "resources", which do not have "${name}"${hint}`;
}
