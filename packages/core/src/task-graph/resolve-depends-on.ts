import { asProjectName } from '../ids.ts';
import { ProjectMatcher } from '../project-graph/match-projects.ts';
import type { Project, ProjectGraph, Target, TargetDependency } from '../project-graph/project.ts';
import type { TargetExpander } from './expand-targets.ts';
import { ProviderFinder } from './find-providers.ts';

/** How a task waits for another. */
export interface EdgeTraits {
  readonly hashed: boolean;
  readonly forwardsArgs: boolean;
  readonly forwardsOptions: boolean;
  /** The projects between the two lack the target. */
  readonly indirect: boolean;
}

/** What one entry of `dependsOn` means: one target of some projects, each once, which may lack it. */
export interface DependencyGroup {
  readonly target: string;
  readonly projects: readonly Project[];
  readonly traits: EdgeTraits;
}

/** Turns `dependsOn` into projects and targets. */
export class DependsOnResolver {
  readonly #graph: ProjectGraph;
  readonly #expander: TargetExpander;
  readonly #providers: ProviderFinder;
  readonly #matcher: ProjectMatcher;

  constructor(graph: ProjectGraph, expander: TargetExpander) {
    this.#graph = graph;
    this.#expander = expander;
    this.#providers = new ProviderFinder(graph);
    this.#matcher = new ProjectMatcher(graph.projects.values());
  }

  resolve(project: Project, { dependsOn }: Target): readonly DependencyGroup[] {
    return dependsOn.flatMap((dependency) =>
      this.#expander.expand(dependency.target).flatMap((target) => this.#resolveTarget(project, dependency, target)),
    );
  }

  #resolveTarget(project: Project, dependency: TargetDependency, target: string): readonly DependencyGroup[] {
    const traits: EdgeTraits = {
      hashed: dependency.inputs,
      forwardsArgs: dependency.params === 'forward',
      forwardsOptions: dependency.options === 'forward',
      indirect: false,
    };
    switch (dependency.of.kind) {
      case 'self':
        return [{ target, projects: [project], traits }];
      case 'projects': {
        const names = [...this.#matcher.select(dependency.of.projects)];
        const projects = names.flatMap((name) => this.#graph.projects.get(asProjectName(name)) ?? []);
        return [{ target, projects, traits }];
      }
      case 'dependencies': {
        const { direct, indirect } = this.#providers.find(project, target);
        const near = { target, projects: direct, traits };
        return indirect.length === 0
          ? [near]
          : [near, { target, projects: indirect, traits: { ...traits, indirect: true } }];
      }
    }
  }
}
