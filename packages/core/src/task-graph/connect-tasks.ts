import { compareCodeUnits, formatTaskId } from '../ids.ts';
import type { TaskId } from '../ids.ts';
import type { Project, ProjectGraph, Target } from '../project-graph/project.ts';
import type { TargetExpander } from './expand-targets.ts';
import { DependsOnResolver } from './resolve-depends-on.ts';
import type { EdgeTraits } from './resolve-depends-on.ts';

/** A task that is known to be part of the graph, before its options are resolved. */
export interface TaskDraft {
  readonly id: TaskId;
  readonly project: Project;
  readonly target: Target;
  readonly configuration: string | null;
  readonly requested: boolean;
  /** Where it stands among the drafts. */
  index: number;
  /** Each task once, never the draft itself. */
  edges: readonly DraftEdge[];
}

export interface DraftEdge {
  readonly task: TaskDraft;
  readonly traits: EdgeTraits;
}

/**
 * Starts with the requested targets and follows `dependsOn` and `with` until nothing is new; sorted by id.
 * A project without the target is passed over, as a request and as a dependency.
 */
export function connectTasks(
  graph: ProjectGraph,
  expander: TargetExpander,
  request: {
    readonly projects: readonly Project[];
    readonly targets: readonly string[];
    readonly configuration: string | null;
  },
): readonly TaskDraft[] {
  const resolver = new DependsOnResolver(graph, expander);
  // The configuration is the same for all, so that a target has one task at most.
  const byTarget = new Map<Target, TaskDraft>();
  const drafts: TaskDraft[] = [];
  const obtain = (project: Project, name: string, requested: boolean): TaskDraft | null => {
    const target = project.targets.get(name);
    if (target === undefined) return null;
    let draft = byTarget.get(target);
    if (draft === undefined) {
      const configuration = chooseConfiguration(target, request.configuration);
      const id = formatTaskId(project.name, name, configuration);
      draft = { id, project, target, configuration, requested, index: 0, edges: [] };
      byTarget.set(target, draft);
      drafts.push(draft);
    }
    return draft;
  };
  for (const name of request.targets) for (const project of request.projects) obtain(project, name, true);
  for (const draft of drafts) {
    const groups = resolver.resolve(draft.project, draft.target);
    const edges: DraftEdge[] = [];
    for (const { projects, target, traits } of groups) {
      for (const project of projects) {
        const task = obtain(project, target, false);
        if (task !== null) edges.push(toEdge(task, traits));
      }
    }
    const companions = resolver.resolve(draft.project, { dependsOn: draft.target.with ?? [] });
    for (const { projects, target, traits } of companions) {
      for (const project of projects) {
        const task = obtain(project, target, draft.requested);
        if (task !== null && isHeldBy(draft, task)) edges.push(toEdge(task, { ...traits, hashed: false }));
      }
    }
    draft.edges = joinEdges(draft, edges);
  }
  return sortDrafts(drafts);
}

/**
 * A continuous companion of a task that nobody requested ends with that task, so it hangs on it by an edge.
 * Of two that are each other's companions only one does.
 */
function isHeldBy(draft: TaskDraft, companion: TaskDraft): boolean {
  if (draft.requested || !companion.target.continuous) return false;
  return !companion.edges.some(({ task }) => task === draft);
}

/** The one that was asked for where the target has it, else the target's default. */
function chooseConfiguration({ configurations, defaultConfiguration }: Target, asked: string | null): string | null {
  return asked !== null && Object.hasOwn(configurations, asked) ? asked : defaultConfiguration;
}

/** As in Nx, only a continuous task can stay out of the hash of those that wait for it. */
function toEdge(task: TaskDraft, traits: EdgeTraits): DraftEdge {
  return { task, traits: traits.hashed || task.target.continuous ? traits : { ...traits, hashed: true } };
}

/** Several entries of `dependsOn` may mean the same task. */
function joinEdges(draft: TaskDraft, edges: readonly DraftEdge[]): readonly DraftEdge[] {
  if (edges.length === 0) return edges;
  const byTask = new Map<TaskDraft, DraftEdge>();
  for (const edge of edges) {
    const known = byTask.get(edge.task);
    if (edge.task !== draft) byTask.set(edge.task, known === undefined ? edge : joinTwo(known, edge));
  }
  return byTask.size === edges.length ? edges : [...byTask.values()];
}

function joinTwo({ task, traits: a }: DraftEdge, { traits: b }: DraftEdge): DraftEdge {
  return {
    task,
    traits: {
      hashed: a.hashed || b.hashed,
      forwardsArgs: a.forwardsArgs || b.forwardsArgs,
      forwardsOptions: a.forwardsOptions || b.forwardsOptions,
      waitsForReady: a.waitsForReady || b.waitsForReady,
      indirect: a.indirect && b.indirect,
    },
  };
}

function sortDrafts(drafts: readonly TaskDraft[]): readonly TaskDraft[] {
  const sorted = drafts.toSorted((a, b) => compareCodeUnits(a.id, b.id));
  sorted.forEach((draft, index) => {
    draft.index = index;
  });
  for (const draft of sorted) draft.edges = draft.edges.toSorted((a, b) => a.task.index - b.task.index);
  return sorted;
}
