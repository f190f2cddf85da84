import type { Project, ProjectGraph } from '../project-graph/project.ts';
import { findStrongComponents } from './strong-components.ts';

/** The projects whose target `^t` means. */
export interface Providers {
  /** Dependencies that have the target. */
  readonly direct: readonly Project[];
  /** Those that are reached only through dependencies that lack it. */
  readonly indirect: readonly Project[];
}

/**
 * Answers what `^t` means for a project: each dependency that has the target `t`, and in place of one
 * that lacks it whatever `^t` means for that one. Work is shared between projects, so that a target
 * that few projects have costs no walk over the whole graph for each project.
 */
export class ProviderFinder {
  readonly #dependencies: ReadonlyMap<Project, readonly Project[]>;
  readonly #beyond = new Map<string, ReadonlyMap<Project, ReadonlySet<Project>>>();

  constructor(graph: ProjectGraph) {
    this.#dependencies = new Map(
      [...graph.projects].map(([name, project]) => {
        const edges = graph.dependencies.get(name) ?? [];
        return [project, edges.flatMap(({ dependency }) => graph.projects.get(dependency) ?? [])];
      }),
    );
  }

  find(project: Project, target: string): Providers {
    const dependencies = this.#dependenciesOf(project);
    const direct = dependencies.filter(({ targets }) => targets.has(target));
    const indirect = direct.length === dependencies.length ? [] : this.#findBeyond(project, target, direct);
    return { direct, indirect };
  }

  #findBeyond(project: Project, target: string, direct: readonly Project[]): readonly Project[] {
    let beyond = this.#beyond.get(target);
    if (beyond === undefined) {
      beyond = this.#reachBeyond(target);
      this.#beyond.set(target, beyond);
    }
    const known = new Set<Project>([project, ...direct]);
    const found = new Set<Project>();
    for (const dependency of this.#dependenciesOf(project)) {
      for (const provider of beyond.get(dependency) ?? []) if (!known.has(provider)) found.add(provider);
    }
    return [...found];
  }

  /** For each project that lacks the target: the providers that it leads to. Groups on a cycle share theirs. */
  #reachBeyond(target: string): ReadonlyMap<Project, ReadonlySet<Project>> {
    const lacking = [...this.#dependencies.keys()].filter(({ targets }) => !targets.has(target));
    const numbers = new Map(lacking.map((project, index) => [project, index]));
    const edges = lacking.map((project) => this.#dependenciesOf(project).flatMap((next) => numbers.get(next) ?? []));
    const beyond = new Map<Project, ReadonlySet<Project>>();
    for (const component of findStrongComponents({ size: lacking.length, edgesOf: (node) => edges[node] ?? [] })) {
      const members = component.flatMap((index) => lacking[index] ?? []);
      const providers = new Set<Project>();
      for (const next of members.flatMap((member) => this.#dependenciesOf(member))) {
        if (next.targets.has(target)) providers.add(next);
        else for (const provider of beyond.get(next) ?? []) providers.add(provider);
      }
      for (const member of members) beyond.set(member, providers);
    }
    return beyond;
  }

  #dependenciesOf(project: Project): readonly Project[] {
    return this.#dependencies.get(project) ?? [];
  }
}
