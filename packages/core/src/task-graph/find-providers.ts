import type { Project, ProjectGraph } from '../project-graph/project.ts';
import { findStrongComponents } from './strong-components.ts';

/** What a target `^t` means for one project. */
export interface Providers {
  /** Dependencies that have the target. */
  readonly direct: readonly Project[];
  /** Further ones, reached only through dependencies that lack it. */
  readonly indirect: readonly Project[];
}

type ByTarget<Value> = ReadonlyMap<string, Value>;

/**
 * Answers what `^t` means for a project: each dependency that has the target `t`, and in place of one
 * that lacks it whatever `^t` means for that one. As in Nx, the `^` targets of a task are looked for
 * together: a dependency that lacks one of them is looked through for all of them.
 *
 * Work is shared between projects, so that a target that few projects have costs no walk over the whole
 * graph for each project.
 */
export class ProviderFinder {
  readonly #dependencies: ReadonlyMap<Project, readonly Project[]>;
  /** By the targets that are looked for together. */
  readonly #beyond = new Map<string, ReadonlyMap<Project, ByTarget<ReadonlySet<Project>>>>();

  constructor(graph: ProjectGraph) {
    this.#dependencies = new Map(
      [...graph.projects].map(([name, project]) => {
        const edges = graph.dependencies.get(name) ?? [];
        return [project, edges.flatMap(({ dependency }) => graph.projects.get(dependency) ?? [])];
      }),
    );
  }

  find(project: Project, targets: readonly string[]): ByTarget<Providers> {
    const dependencies = this.#dependenciesOf(project);
    const incomplete = dependencies.filter((dependency) => lacksAny(dependency, targets));
    const beyond = incomplete.length === 0 ? null : this.#findBeyond(targets);
    return new Map(
      targets.map((target) => {
        const direct = dependencies.filter((dependency) => dependency.targets.has(target));
        if (beyond === null) return [target, { direct, indirect: [] }];
        const indirect = new Set<Project>();
        for (const dependency of incomplete) {
          for (const found of beyond.get(dependency)?.get(target) ?? []) indirect.add(found);
        }
        for (const found of direct) indirect.delete(found);
        return [target, { direct, indirect: [...indirect] }];
      }),
    );
  }

  #findBeyond(targets: readonly string[]): ReadonlyMap<Project, ByTarget<ReadonlySet<Project>>> {
    const key = targets.join('\0');
    let beyond = this.#beyond.get(key);
    if (beyond === undefined) {
      beyond = this.#reachBeyond(targets);
      this.#beyond.set(key, beyond);
    }
    return beyond;
  }

  /** For each project that is looked through: the providers that it leads to. Groups on a cycle share theirs. */
  #reachBeyond(targets: readonly string[]): ReadonlyMap<Project, ByTarget<ReadonlySet<Project>>> {
    const incomplete = [...this.#dependencies.keys()].filter((project) => lacksAny(project, targets));
    const numbers = new Map(incomplete.map((project, index) => [project, index]));
    const edges = incomplete.map((project) => this.#dependenciesOf(project).flatMap((next) => numbers.get(next) ?? []));
    const beyond = new Map<Project, ByTarget<ReadonlySet<Project>>>();
    for (const component of findStrongComponents({ size: incomplete.length, edgesOf: (node) => edges[node] ?? [] })) {
      const members = component.flatMap((index) => incomplete[index] ?? []);
      const nearest = members.flatMap((member) => this.#dependenciesOf(member));
      const providers = new Map(targets.map((target) => [target, collectProviders(nearest, target, beyond)]));
      for (const member of members) beyond.set(member, providers);
    }
    return beyond;
  }

  #dependenciesOf(project: Project): readonly Project[] {
    return this.#dependencies.get(project) ?? [];
  }
}

function lacksAny({ targets: own }: Project, targets: readonly string[]): boolean {
  return targets.some((target) => !own.has(target));
}

function collectProviders(
  nearest: readonly Project[],
  target: string,
  beyond: ReadonlyMap<Project, ByTarget<ReadonlySet<Project>>>,
): ReadonlySet<Project> {
  const providers = new Set<Project>();
  for (const project of nearest) {
    if (project.targets.has(target)) providers.add(project);
    for (const provider of beyond.get(project)?.get(target) ?? []) providers.add(provider);
  }
  return providers;
}
