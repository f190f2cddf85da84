import { createFindOwner } from '../hash/find-owner.ts';
import type { ProjectName, TaskId, WorkspacePath } from '../ids.ts';
import type { InputDefinition, ProjectGraph } from '../project-graph/project.ts';
import type { TaskEdge, TaskGraph } from '../task-graph/task-graph.ts';
import { indexHashedDependents } from '../watch/find-outdated.ts';
import { findSharedBases } from './find-shared-bases.ts';
import type { OutputPlaces } from './index-outputs.ts';
import { listFoldersAbove } from './list-folders-above.ts';

export interface UntouchedInput {
  readonly graph: ProjectGraph;
  readonly taskGraph: TaskGraph;
  readonly outputs: OutputPlaces;
  readonly commonInputs: readonly InputDefinition[];
}

/** Finds the tasks that have nothing to do with any of the paths, nor with the tasks that are touched whatever these are. */
export type FindUntouched = (paths: readonly WorkspacePath[], touched: Iterable<TaskId>) => ReadonlySet<TaskId>;

/**
 * The tasks whose hash and outputs cannot have changed while nothing but these paths did, and on which no other task
 * depends: not those that may have one of the paths among their inputs or outputs, nor what depends on these, nor what any
 * of these depends on. A path that is or was a folder stands for all below it. Knows of inputs only what their definitions
 * say, so that nothing has to be resolved: every file of a project may count for its tasks and for those of all projects that
 * depend on it. None where inputs reach further.
 */
export function indexUntouched(input: UntouchedInput): FindUntouched {
  const { graph, taskGraph, outputs } = input;
  const shared = findSharedBases(input);
  const dependents = indexHashedDependents(taskGraph);
  return (paths, known) => {
    if (shared === null || paths.some((path) => shared.some((base) => isRelated(path, base)))) return new Set();
    const projects = findReached(graph, paths);
    const tasks = [...taskGraph.tasks.values()];
    const touched = [
      ...known,
      ...tasks.filter(({ project }) => projects.has(project)).map(({ id }) => id),
      ...paths.flatMap((path) => [...outputs.around(path), ...outputs.below(path)]),
    ];
    const outdated = reach(touched, (task) => dependents.get(task) ?? []);
    const edgesOf = (task: TaskId): readonly TaskEdge[] => taskGraph.dependencies.get(task) ?? [];
    const needed = reach(outdated, (task) => edgesOf(task).map(({ dependency }) => dependency));
    return new Set(tasks.map(({ id }) => id).filter((id) => !needed.has(id)));
  };
}

/** The projects that own the paths or lie in them, and all that depend on them. */
function findReached(
  { projects, dependencies }: ProjectGraph,
  paths: readonly WorkspacePath[],
): ReadonlySet<ProjectName> {
  const byRoot = new Map([...projects.values()].map(({ root, name }) => [root, name]));
  const findOwner = createFindOwner(new Set(byRoot.keys()));
  const changed = new Set<string>(paths);
  const roots = new Set([
    ...paths.map(findOwner).filter((root) => root !== null),
    ...[...byRoot.keys()].filter((root) => [root, ...listFoldersAbove(root)].some((path) => changed.has(path))),
  ]);
  const owners = [...roots].map((root) => byRoot.get(root)!);
  const dependents = new Map<ProjectName, ProjectName[]>([...projects.keys()].map((name) => [name, []]));
  for (const [name, edges] of dependencies) for (const { dependency } of edges) dependents.get(dependency)?.push(name);
  return reach(owners, (project) => dependents.get(project) ?? []);
}

function reach<Node>(start: Iterable<Node>, next: (node: Node) => Iterable<Node>): ReadonlySet<Node> {
  const reached = new Set(start);
  // A set that grows while it is walked visits what was added.
  for (const node of reached) for (const one of next(node)) reached.add(one);
  return reached;
}

/** Whether one of them lies in the other. */
function isRelated(a: string, b: string): boolean {
  return isWithin(a, b) || isWithin(b, a);
}

function isWithin(path: string, folder: string): boolean {
  return folder === '' || path === folder || path.startsWith(`${folder}/`);
}
