import { createFindOwner } from '../hash/find-owner.ts';
import type { ProjectName, TaskId, WorkspacePath } from '../ids.ts';
import type { InputDefinition, ProjectGraph } from '../project-graph/project.ts';
import type { TaskGraph } from '../task-graph/task-graph.ts';
import { findOutdated, indexHashedDependents } from '../watch/find-outdated.ts';
import type { AffectedReason } from './affected-reason.ts';
import { findSharedBases } from './find-shared-bases.ts';
import type { OutputPlaces } from './index-outputs.ts';

export interface UntouchedInput {
  readonly graph: ProjectGraph;
  readonly taskGraph: TaskGraph;
  readonly outputs: OutputPlaces;
  readonly commonInputs: readonly InputDefinition[];
}

/** Finds the tasks that have nothing to do with any of the paths. */
export type FindUntouched = (paths: readonly WorkspacePath[]) => ReadonlySet<TaskId>;

/**
 * The tasks whose hash and outputs cannot have changed while nothing but these paths did, and on which no other task
 * depends: not those that may have one of the paths among their inputs or outputs, nor what depends on these, nor what any
 * of these depends on. Knows of inputs only what their definitions say, so that nothing has to be resolved: every file of a
 * project may count for its tasks and for those of all projects that depend on it. None where inputs reach further.
 */
export function indexUntouched(input: UntouchedInput): FindUntouched {
  const { graph, taskGraph, outputs } = input;
  const shared = findSharedBases(input);
  const dependents = indexHashedDependents(taskGraph);
  return (paths) => {
    if (shared === null || paths.some((path) => shared.some((base) => isRelated(path, base)))) return new Set();
    const projects = findReached(graph, paths);
    const touched = new Map<TaskId, AffectedReason>();
    for (const path of paths) {
      const reason: AffectedReason = { kind: 'file', path, input: '' };
      for (const task of [...outputs.around(path), ...outputs.below(path)]) touched.set(task, reason);
    }
    for (const { id, project } of taskGraph.tasks.values()) {
      const path = projects.get(project);
      if (path !== undefined) touched.set(id, { kind: 'file', path, input: '' });
    }
    const untouched = new Set(taskGraph.tasks.keys());
    for (const task of walkBelow(taskGraph, findOutdated(touched, dependents).keys())) untouched.delete(task);
    return untouched;
  };
}

/** The projects that own the paths, and all that depend on them, each with one of the paths. */
function findReached(
  { projects, dependencies }: ProjectGraph,
  paths: readonly WorkspacePath[],
): ReadonlyMap<ProjectName, WorkspacePath> {
  const byRoot = new Map([...projects.values()].map(({ root, name }) => [root, name]));
  const findOwner = createFindOwner(new Set(byRoot.keys()));
  const reached = new Map<ProjectName, WorkspacePath>();
  for (const path of paths) {
    const root = findOwner(path);
    if (root !== null) reached.set(byRoot.get(root)!, path);
  }
  const dependents = new Map<ProjectName, ProjectName[]>([...projects.keys()].map((name) => [name, []]));
  for (const [name, edges] of dependencies) for (const { dependency } of edges) dependents.get(dependency)?.push(name);
  // A map that grows while it is walked visits what was added.
  for (const [name, path] of reached)
    for (const dependent of dependents.get(name) ?? []) if (!reached.has(dependent)) reached.set(dependent, path);
  return reached;
}

/** Whether one of them lies in the other. */
function isRelated(a: string, b: string): boolean {
  return isWithin(a, b) || isWithin(b, a);
}

function isWithin(path: string, folder: string): boolean {
  return folder === '' || path === folder || path.startsWith(`${folder}/`);
}

/** These tasks and all that they depend on. */
function walkBelow({ dependencies }: TaskGraph, tasks: Iterable<TaskId>): Iterable<TaskId> {
  const below = new Set(tasks);
  for (const task of below) for (const { dependency } of dependencies.get(task) ?? []) below.add(dependency);
  return below;
}
