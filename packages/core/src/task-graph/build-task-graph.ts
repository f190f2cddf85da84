import { locationOf } from '../config/place.ts';
import type { ProjectName, TaskId } from '../ids.ts';
import type { Problem } from '../problem.ts';
import { findNearNames } from '../project-graph/find-near-names.ts';
import type { ProjectGraph } from '../project-graph/project.ts';
import { breakIndirectCycles, numberDrafts } from './break-indirect-cycles.ts';
import { connectTasks } from './connect-tasks.ts';
import type { TaskDraft } from './connect-tasks.ts';
import { TargetExpander } from './expand-targets.ts';
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
 * Linear in tasks and edges, but for sorting.
 */
export function buildTaskGraph(graph: ProjectGraph, request: TaskRequest): TaskGraphResult {
  const expander = new TargetExpander(graph);
  const unknown = findUnknownNames(graph, request, expander);
  if (unknown.length > 0) return { kind: 'invalid', problems: unknown };
  const drafts = connectTasks(graph, expander, {
    projects: request.projects.flatMap((name) => graph.projects.get(name) ?? []),
    targets: request.targets.flatMap((target) => expander.expand(target)),
    configuration: request.configuration,
  });
  const cycles = breakIndirectCycles(drafts) ? findTaskCycles(drafts) : [];
  const [tasks, problems] = resolveTasks(drafts, request.args);
  if (cycles.length > 0 || problems.length > 0) return { kind: 'invalid', problems: [...cycles, ...problems] };
  return { kind: 'built', taskGraph: { tasks, dependencies: collectEdges(drafts) } };
}

function findUnknownNames(
  graph: ProjectGraph,
  { targets, configuration }: TaskRequest,
  expander: TargetExpander,
): readonly Problem[] {
  const { names } = expander;
  const problems = targets
    .filter((target) => !expander.expand(target).some((name) => names.has(name)))
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

function findTaskCycles(drafts: readonly TaskDraft[]): readonly Problem[] {
  return findCycles(numberDrafts(drafts)).map((cycle): Problem => {
    const tasks = cycle.flatMap((index) => drafts[index] ?? []);
    const location = locationOf(tasks[0]?.target.location ?? null);
    return { code: 'task-cycle', severity: 'error', cycle: tasks.map(({ id }) => id), ...location };
  });
}

/** Tasks share the edge objects to a dependency: large workspaces have ten times more edges than tasks. */
function collectEdges(drafts: readonly TaskDraft[]): ReadonlyMap<TaskId, readonly TaskEdge[]> {
  const hashed = drafts.map(({ id }): TaskEdge => ({ dependency: id, hashed: true }));
  const collect = ({ edges }: TaskDraft): readonly TaskEdge[] =>
    edges.map(({ task, traits }) => {
      const waitsForReady = traits.waitsForReady && task.target.continuous && task.target.readyWhen !== undefined;
      const shared = traits.hashed && !waitsForReady ? hashed[task.index] : undefined;
      const own = waitsForReady ? { waitsForReady } : {};
      return shared ?? { dependency: task.id, hashed: traits.hashed, ...own };
    });
  return new Map(drafts.map((draft) => [draft.id, collect(draft)]));
}
