import type { ProjectName } from '../ids.ts';
import type { ProjectGraph } from '../project-graph/project.ts';
import { findStrongComponents } from './strong-components.ts';

/** The projects whose target `^t` means. */
export interface Providers {
  /** Dependencies that have the target. */
  readonly direct: readonly ProjectName[];
  /** Those that are reached only through dependencies that lack it. */
  readonly indirect: readonly ProjectName[];
}

/**
 * Answers what `^t` means for a project: each dependency that has the target `t`, and in place of one
 * that lacks it whatever `^t` means for that one. Work is shared between projects, so that a target
 * that few projects have costs no walk over the whole graph for each project.
 */
export class ProviderFinder {
  readonly #graph: ProjectGraph;
  readonly #beyond = new Map<string, ReadonlyMap<ProjectName, ReadonlySet<ProjectName>>>();

  constructor(graph: ProjectGraph) {
    this.#graph = graph;
  }

  find(project: ProjectName, target: string): Providers {
    const dependencies = this.#dependenciesOf(project);
    const direct = dependencies.filter((name) => this.#has(name, target));
    const found = new Set<ProjectName>([project, ...direct]);
    const indirect: ProjectName[] = [];
    if (direct.length < dependencies.length) {
      const beyond = this.#reachBeyond(target);
      for (const dependency of dependencies) {
        for (const name of beyond.get(dependency) ?? []) {
          if (found.has(name)) continue;
          found.add(name);
          indirect.push(name);
        }
      }
    }
    return { direct, indirect };
  }

  /** For each project that lacks the target: the providers that it leads to. Groups on a cycle share theirs. */
  #reachBeyond(target: string): ReadonlyMap<ProjectName, ReadonlySet<ProjectName>> {
    let beyond = this.#beyond.get(target);
    if (beyond === undefined) {
      beyond = this.#computeBeyond(target);
      this.#beyond.set(target, beyond);
    }
    return beyond;
  }

  #computeBeyond(target: string): ReadonlyMap<ProjectName, ReadonlySet<ProjectName>> {
    const beyond = new Map<ProjectName, ReadonlySet<ProjectName>>();
    const lacking = [...this.#graph.projects.keys()].filter((name) => !this.#has(name, target));
    const lackingOf = (name: ProjectName) => this.#dependenciesOf(name).filter((next) => !this.#has(next, target));
    for (const component of findStrongComponents(lacking, lackingOf)) {
      const providers = new Set<ProjectName>();
      for (const name of component.flatMap((member) => this.#dependenciesOf(member))) {
        if (this.#has(name, target)) providers.add(name);
        else for (const provider of beyond.get(name) ?? []) providers.add(provider);
      }
      for (const member of component) beyond.set(member, providers);
    }
    return beyond;
  }

  #dependenciesOf(project: ProjectName): readonly ProjectName[] {
    return (this.#graph.dependencies.get(project) ?? []).map(({ dependency }) => dependency);
  }

  #has(project: ProjectName, target: string): boolean {
    return this.#graph.projects.get(project)?.targets.has(target) ?? false;
  }
}
