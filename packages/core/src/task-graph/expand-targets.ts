import { compileGlob, isGlob } from '../project-graph/match-projects.ts';
import type { ProjectGraph } from '../project-graph/project.ts';

/** Turns a name into itself, and a pattern into every target name of the workspace that it matches. */
export class TargetExpander {
  readonly names: ReadonlySet<string>;
  readonly #expanded = new Map<string, readonly string[]>();

  constructor(graph: ProjectGraph) {
    const names = new Set<string>();
    for (const { targets } of graph.projects.values()) for (const name of targets.keys()) names.add(name);
    this.names = names;
  }

  expand(pattern: string): readonly string[] {
    let names = this.#expanded.get(pattern);
    if (names === undefined) {
      const isName = !isGlob(pattern) || this.names.has(pattern);
      names = isName ? [pattern] : [...this.names].filter(compileGlob(pattern));
      this.#expanded.set(pattern, names);
    }
    return names;
  }
}
