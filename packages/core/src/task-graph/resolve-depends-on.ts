import { asProjectName } from '../ids.ts';
import { ProjectMatcher } from '../project-graph/match-projects.ts';
import type { Project, ProjectGraph, Target, TargetDependency } from '../project-graph/project.ts';
import type { TargetExpander } from './expand-targets.ts';
import { ProviderFinder } from './find-providers.ts';
import type { Providers } from './find-providers.ts';

/** How a task waits for another. */
export interface EdgeTraits {
  readonly hashed: boolean;
  readonly forwardsArgs: boolean;
  readonly forwardsOptions: boolean;
  /** For a continuous dependency to be ready, rather than to have started. */
  readonly waitsForReady: boolean;
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

  resolve(project: Project, { dependsOn }: Pick<Target, 'dependsOn'>): readonly DependencyGroup[] {
    const entries = dependsOn.flatMap((dependency) =>
      this.#expander.expand(dependency.target).map((target) => ({ target, dependency })),
    );
    const beyond = entries.filter(({ dependency }) => dependency.of.kind === 'dependencies');
    const sought = [...new Set(beyond.map(({ target }) => target))];
    const providers = sought.length === 0 ? noProviders : this.#providers.find(project, sought);
    return entries.flatMap(({ target, dependency }): readonly DependencyGroup[] => {
      const traits = toTraits(dependency);
      switch (dependency.of.kind) {
        case 'self':
          return [{ target, projects: [project], traits }];
        case 'projects':
          return [{ target, projects: this.#selectProjects(dependency.of.projects), traits }];
        case 'dependencies': {
          const { direct = [], indirect = [] } = providers.get(target) ?? {};
          return [
            { target, projects: direct, traits },
            { target, projects: indirect, traits: { ...traits, indirect: true } },
          ];
        }
      }
    });
  }

  #selectProjects(patterns: readonly string[]): readonly Project[] {
    const names = [...this.#matcher.select(patterns)];
    return names.flatMap((name) => this.#graph.projects.get(asProjectName(name)) ?? []);
  }
}

const noProviders: ReadonlyMap<string, Providers> = new Map();

function toTraits({ inputs, params, options, waitFor }: TargetDependency): EdgeTraits {
  return {
    hashed: inputs,
    forwardsArgs: params === 'forward',
    forwardsOptions: options === 'forward',
    waitsForReady: waitFor === 'ready',
    indirect: false,
  };
}
