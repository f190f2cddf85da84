import { locationOf } from '../config/place.ts';
import { compareCodeUnits } from '../ids.ts';
import type { ProjectName, TaskId } from '../ids.ts';
import type { Problem } from '../problem.ts';
import { findNearNames } from '../project-graph/find-near-names.ts';
import type { ProjectGraph } from '../project-graph/project.ts';
import { breakIndirectCycles } from './break-indirect-cycles.ts';
import { connectTasks, createTargetExpander, findTargetNames } from './connect-tasks.ts';
import type { DraftGraph } from './connect-tasks.ts';
import { findCycles } from './find-cycle.ts';
import { resolveTasks } from './resolve-tasks.ts';
import type { TaskEdge, TaskGraph } from './task-graph.ts';

export interface TaskRequest {
  readonly projects: readonly ProjectName[];
  /** Names or patterns (`build-*`). */
  readonly targets: readonly string[];
  /** Applies to every task whose target has it; the others take their default. */
  readonly configuration: string | null;
  readonly args: readonly string[];
}

export type TaskGraphResult =
  | { readonly kind: 'built'; readonly taskGraph: TaskGraph }
  | { readonly kind: 'invalid'; readonly problems: readonly Problem[] };

/**
 * Builds the tasks of a request and all that they wait for, with Nx's rules for `dependsOn`, configurations
 * and outputs. A requested project without a requested target is passed over; a target or a configuration
 * that no project of the workspace has is a problem, and so are cycles and outputs outside the workspace.
 * Linear in tasks and edges.
 */
export function buildTaskGraph(graph: ProjectGraph, request: TaskRequest): TaskGraphResult {
  const unknown = findUnknownNames(graph, request);
  if (unknown.length > 0) return { kind: 'invalid', problems: unknown };

  const expand = createTargetExpander(graph);
  const requested = request.targets
    .flatMap(expand)
    .flatMap((target) => request.projects.map((project) => ({ project, target })));
  const drafts = connectTasks(graph, requested, request.configuration);
  breakIndirectCycles(drafts);
  const ids = [...drafts.drafts.keys()].sort(compareCodeUnits);
  const cycles = findTaskCycles(drafts, ids);
  const [tasks, problems] = resolveTasks(drafts, ids, request.args);
  if (cycles.length > 0 || problems.length > 0) return { kind: 'invalid', problems: [...cycles, ...problems] };
  return { kind: 'built', taskGraph: { tasks, dependencies: collectEdges(drafts, ids) } };
}

function findUnknownNames(graph: ProjectGraph, { targets, configuration }: TaskRequest): readonly Problem[] {
  const names = findTargetNames(graph);
  const expand = createTargetExpander(graph);
  const problems = targets
    .filter((target) => !expand(target).some((name) => names.has(name)))
    .map((target): Problem => {
      return { code: 'unknown-target', severity: 'error', target, near: findNearNames(target, names) };
    });
  if (configuration === null) return problems;
  const configurations = findConfigurationNames(graph);
  if (configurations.has(configuration)) return problems;
  const near = findNearNames(configuration, configurations);
  const task = targets.join(', ');
  return [...problems, { code: 'unknown-configuration', severity: 'error', task, configuration, near }];
}

function findConfigurationNames(graph: ProjectGraph): ReadonlySet<string> {
  const names = new Set<string>();
  for (const { targets } of graph.projects.values()) {
    for (const { configurations } of targets.values()) for (const name of Object.keys(configurations)) names.add(name);
  }
  return names;
}

function findTaskCycles({ drafts, edges }: DraftGraph, ids: readonly TaskId[]): readonly Problem[] {
  return findCycles(ids, (id) => edges.get(id)?.keys() ?? []).map((cycle): Problem => {
    const first = cycle[0] === undefined ? undefined : drafts.get(cycle[0]);
    return { code: 'task-cycle', severity: 'error', cycle, ...locationOf(first?.target.location ?? null) };
  });
}

function collectEdges(drafts: DraftGraph, ids: readonly TaskId[]): ReadonlyMap<TaskId, readonly TaskEdge[]> {
  return new Map(
    ids.map((id) => {
      const edges = [...(drafts.edges.get(id) ?? [])].map(([dependency, { hashed }]): TaskEdge => ({
        dependency,
        hashed,
      }));
      return [id, edges.sort((a, b) => compareCodeUnits(a.dependency, b.dependency))];
    }),
  );
}
