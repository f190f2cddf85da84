import type { TaskId } from '../ids.ts';
import type { PlannedHash } from '../plan/run-plan.ts';
import { orderTasks } from '../plan/order-tasks.ts';
import type { TaskEdge, TaskGraph } from '../task-graph/task-graph.ts';
import { needsOutputsOf } from './dependent-outputs.ts';
import type { HashMemory } from './hash-memory.ts';
import { hashTask } from './hash-task.ts';
import type { TaskInputs } from './inputs.ts';
import { sortUnique } from './sort-unique.ts';

/**
 * Hashes every task that can be hashed before anything has run, dependencies first. A task waits where
 * it counts files that others have yet to produce, and where the hash of a dependency waits.
 */
export function hashAllReady(
  taskGraph: TaskGraph,
  inputsOf: (task: TaskId) => TaskInputs,
  memory: HashMemory,
): ReadonlyMap<TaskId, PlannedHash> {
  const planned = new Map<TaskId, PlannedHash>();
  for (const task of orderTasks(taskGraph)) {
    const inputs = inputsOf(task.id);
    const outputs = needsOutputsOf(task.id, inputs, taskGraph);
    const hashes = findDeferred(taskGraph.dependencies.get(task.id) ?? [], planned);
    const waitsFor = sortUnique([...outputs, ...hashes]);
    if (waitsFor.length > 0) planned.set(task.id, { kind: 'deferred', waitsFor });
    else planned.set(task.id, { kind: 'ready', hash: hashTask(task, inputs, memory).hash });
  }
  return planned;
}

function findDeferred(edges: readonly TaskEdge[], planned: ReadonlyMap<TaskId, PlannedHash>): readonly TaskId[] {
  return edges
    .filter((edge) => edge.hashed && planned.get(edge.dependency)?.kind === 'deferred')
    .map((edge) => edge.dependency);
}
