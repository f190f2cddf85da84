import { compareHashDetails, type HashDifference } from '../hash/compare-hashes.ts';
import { HashMemory } from '../hash/hash-memory.ts';
import { hashTask } from '../hash/hash-task.ts';
import type { TaskHashDetails } from '../hash/hash-details.ts';
import type { TaskInputs } from '../hash/inputs.ts';
import type { TaskId } from '../ids.ts';
import { orderTasks } from '../plan/order-tasks.ts';
import type { DigestFunction } from '../ports.ts';
import type { ProjectGraph } from '../project-graph/project.ts';
import type { TaskGraph } from '../task-graph/task-graph.ts';
import type { WorkspaceFiles } from '../workspace-files.ts';

/** What tasks are, at one commit: everything that goes into their hashes but files, variables and what commands print. */
export interface TaskDefinitions {
  readonly graph: ProjectGraph;
  readonly taskGraph: TaskGraph;
  readonly inputsOf: (task: TaskId) => TaskInputs;
}

/**
 * The tasks that are defined otherwise than at the base, with what differs; tasks that the base does not have
 * come with no differences. Both sides are hashed as in a workspace without files, so that exactly those definitions
 * differ that lead to other hashes. Another dependency counts here, another definition of the same dependency does not.
 */
export function findRedefined(
  head: TaskDefinitions,
  base: TaskDefinitions,
  digest: DigestFunction,
): ReadonlyMap<TaskId, readonly HashDifference[]> {
  const [before, after] = [describeDefinitions(base, digest), describeDefinitions(head, digest)];
  const redefined = new Map<TaskId, readonly HashDifference[]>();
  for (const [task, details] of after) {
    const old = before.get(task);
    const differences = old === undefined ? [] : compareHashDetails(old, details).filter(isOwn);
    if (old === undefined || differences.length > 0) redefined.set(task, differences);
  }
  return redefined;
}

function isOwn(difference: HashDifference): boolean {
  return difference.kind !== 'changed' || difference.after.kind !== 'task';
}

function describeDefinitions(
  { graph, taskGraph, inputsOf }: TaskDefinitions,
  digest: DigestFunction,
): ReadonlyMap<TaskId, TaskHashDetails> {
  const memory = new HashMemory({
    digest,
    graph,
    taskGraph,
    files: noFiles,
    readText: () => null,
    env: () => undefined,
    platform: { os: '', arch: '' },
    workingDirectory: () => '',
    runtimeOutput: () => '',
    pluginValue: () => '',
    outputFilesOf: () => [],
  });
  return new Map(orderTasks(taskGraph).map((task) => [task.id, hashTask(task, inputsOf(task.id), memory)]));
}

const noFiles: WorkspaceFiles = { paths: [], has: () => false, under: () => [], factsOf: () => null };
