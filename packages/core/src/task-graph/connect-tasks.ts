import { formatTaskId } from '../ids.ts';
import type { ProjectName, TaskId } from '../ids.ts';
import { compileGlob, isGlob, ProjectMatcher } from '../project-graph/match-projects.ts';
import type { Project, ProjectGraph, Target, TargetDependency } from '../project-graph/project.ts';
import { ProviderFinder } from './find-providers.ts';

/** A task that is known to be part of the graph, before its options are resolved. */
export interface TaskDraft {
  readonly id: TaskId;
  readonly project: Project;
  readonly target: Target;
  readonly configuration: string | null;
}

/** Why one task waits for another; several entries of `dependsOn` may say so. */
export interface DraftEdge {
  readonly hashed: boolean;
  readonly forwardsArgs: boolean;
  readonly forwardsOptions: boolean;
  /** The projects between the two lack the target. */
  readonly indirect: boolean;
}

export interface DraftGraph {
  readonly requested: ReadonlySet<TaskId>;
  readonly drafts: ReadonlyMap<TaskId, TaskDraft>;
  /** Every task has an entry. No task waits for itself. */
  readonly edges: ReadonlyMap<TaskId, Map<TaskId, DraftEdge>>;
}

/**
 * Starts with the requested targets and follows `dependsOn` until nothing is new. A requested target
 * that a project lacks is left out; so is a dependency on a target that nobody has.
 */
export function connectTasks(
  graph: ProjectGraph,
  requested: readonly { readonly project: ProjectName; readonly target: string }[],
  configuration: string | null,
): DraftGraph {
  const drafts = new Map<TaskId, TaskDraft>();
  const edges = new Map<TaskId, Map<TaskId, DraftEdge>>();
  const resolver = new DependencyResolver(graph);
  const waiting: TaskDraft[] = [];
  const draft = (projectName: ProjectName, targetName: string): TaskDraft | null => {
    const found = draftTask(graph, { project: projectName, target: targetName, configuration });
    if (found === null) return null;
    const known = drafts.get(found.id);
    if (known !== undefined) return known;
    drafts.set(found.id, found);
    waiting.push(found);
    return found;
  };
  const first = requested.flatMap(({ project, target }) => draft(project, target)?.id ?? []);
  for (const task of waiting) {
    const dependencies = new Map<TaskId, DraftEdge>();
    for (const { project, target, edge } of resolver.resolve(task)) {
      const dependency = draft(project, target);
      if (dependency === null || dependency.id === task.id) continue;
      const hashed = edge.hashed || !dependency.target.continuous;
      dependencies.set(dependency.id, joinEdges(dependencies.get(dependency.id), { ...edge, hashed }));
    }
    edges.set(task.id, dependencies);
  }
  return { requested: new Set(first), drafts, edges };
}

function joinEdges(known: DraftEdge | undefined, edge: DraftEdge): DraftEdge {
  if (known === undefined) return edge;
  return {
    hashed: known.hashed || edge.hashed,
    forwardsArgs: known.forwardsArgs || edge.forwardsArgs,
    forwardsOptions: known.forwardsOptions || edge.forwardsOptions,
    indirect: known.indirect && edge.indirect,
  };
}

/** The configuration that was asked for where the target has it, else the target's default. */
function draftTask(
  graph: ProjectGraph,
  asked: { readonly project: ProjectName; readonly target: string; readonly configuration: string | null },
): TaskDraft | null {
  const project = graph.projects.get(asked.project);
  const target = project?.targets.get(asked.target);
  if (project === undefined || target === undefined) return null;
  const wanted = asked.configuration;
  const has = wanted !== null && Object.hasOwn(target.configurations, wanted);
  const configuration = has ? wanted : target.defaultConfiguration;
  return { id: formatTaskId(project.name, target.name, configuration), project, target, configuration };
}

interface ResolvedDependency {
  readonly project: ProjectName;
  readonly target: string;
  readonly edge: DraftEdge;
}

/** Turns `dependsOn` into projects and targets. Patterns are expanded once for the whole graph. */
class DependencyResolver {
  readonly #providers: ProviderFinder;
  readonly #matcher: ProjectMatcher;
  readonly #expandTarget: (pattern: string) => readonly string[];

  constructor(graph: ProjectGraph) {
    this.#providers = new ProviderFinder(graph);
    this.#matcher = new ProjectMatcher(graph.projects.values());
    this.#expandTarget = createTargetExpander(graph);
  }

  *resolve(task: TaskDraft): Generator<ResolvedDependency> {
    for (const dependency of task.target.dependsOn) {
      for (const target of this.#expandTarget(dependency.target)) {
        yield* this.#resolveTarget(task.project.name, dependency, target);
      }
    }
  }

  *#resolveTarget(self: ProjectName, dependency: TargetDependency, target: string): Generator<ResolvedDependency> {
    const edge: DraftEdge = {
      hashed: dependency.inputs,
      forwardsArgs: dependency.params === 'forward',
      forwardsOptions: dependency.options === 'forward',
      indirect: false,
    };
    switch (dependency.of.kind) {
      case 'self':
        yield { project: self, target, edge };
        return;
      case 'projects':
        for (const name of this.#matcher.select(dependency.of.projects)) {
          yield { project: name as ProjectName, target, edge };
        }
        return;
      case 'dependencies': {
        const { direct, indirect } = this.#providers.find(self, target);
        for (const project of direct) yield { project, target, edge };
        for (const project of indirect) yield { project, target, edge: { ...edge, indirect: true } };
      }
    }
  }
}

/** A pattern stands for every target name of the workspace that it matches. */
export function createTargetExpander(graph: ProjectGraph): (pattern: string) => readonly string[] {
  const expanded = new Map<string, readonly string[]>();
  let names: readonly string[] | undefined;
  return (pattern) => {
    if (!isGlob(pattern)) return [pattern];
    names ??= [...findTargetNames(graph)];
    let matches = expanded.get(pattern);
    if (matches === undefined) {
      matches = names.includes(pattern) ? [pattern] : names.filter(compileGlob(pattern));
      expanded.set(pattern, matches);
    }
    return matches;
  };
}

export function findTargetNames(graph: ProjectGraph): ReadonlySet<string> {
  const names = new Set<string>();
  for (const { targets } of graph.projects.values()) for (const name of targets.keys()) names.add(name);
  return names;
}
