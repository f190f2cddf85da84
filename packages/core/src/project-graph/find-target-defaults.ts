import { isJsonObject } from '../json.ts';
import type { JsonObject } from '../json.ts';
import { compileGlob, isGlob } from './match-projects.ts';
import type { ProjectMatcher } from './match-projects.ts';

/** Whose defaults are wanted. */
export interface DefaultsQuery {
  readonly target: string;
  readonly executor: string | null;
  readonly project: string;
}

/**
 * The entries of `targetDefaults` that apply to a target, lowest first. As in Nx, one key decides: the
 * executor, else the target's name, else the longest glob that matches the name; a key whose entries are
 * all filtered out is passed over. `filter.plugin` never matches: it names Nx plugins, whose targets come
 * with their defaults merged in.
 */
export class TargetDefaults {
  readonly #defaults: JsonObject;
  readonly #projects: ProjectMatcher;
  readonly #selections = new Map<JsonObject, ReadonlySet<string>>();
  readonly #globs: readonly { readonly key: string; readonly matches: (name: string) => boolean }[];

  constructor(defaults: JsonObject, projects: ProjectMatcher) {
    this.#defaults = defaults;
    this.#projects = projects;
    this.#globs = Object.keys(defaults)
      .filter(isGlob)
      .sort((a, b) => b.length - a.length)
      .map((key) => ({ key, matches: compileGlob(key) }));
  }

  find(query: DefaultsQuery): readonly JsonObject[] {
    for (const key of this.#keysFor(query)) {
      const entries = this.#entriesOf(key).filter((entry) => this.#passes(entry['filter'], query));
      if (entries.length > 0) return entries.map(withoutFilter);
    }
    return [];
  }

  #keysFor({ target, executor }: DefaultsQuery): readonly string[] {
    const exact = executor === null || executor === target ? [target] : [executor, target];
    const globs = this.#globs.filter(({ key, matches }) => !exact.includes(key) && matches(target));
    return [...exact, ...globs.map(({ key }) => key)];
  }

  #entriesOf(key: string): readonly JsonObject[] {
    const value = Object.hasOwn(this.#defaults, key) ? this.#defaults[key] : undefined;
    if (value === undefined) return [];
    return (Array.isArray(value) ? (value as readonly unknown[]) : [value]).filter(isJsonObject);
  }

  #passes(filter: unknown, { executor, project }: DefaultsQuery): boolean {
    if (!isJsonObject(filter)) return true;
    if (filter['plugin'] !== undefined) return false;
    if (filter['executor'] !== undefined && filter['executor'] !== executor) return false;
    return filter['projects'] === undefined || this.#select(filter).has(project);
  }

  #select(filter: JsonObject): ReadonlySet<string> {
    let selection = this.#selections.get(filter);
    if (selection === undefined) {
      const patterns = Array.isArray(filter['projects']) ? (filter['projects'] as readonly unknown[]) : [];
      selection = this.#projects.select(patterns.filter((pattern) => typeof pattern === 'string'));
      this.#selections.set(filter, selection);
    }
    return selection;
  }
}

function withoutFilter({ filter: _, ...rest }: JsonObject): JsonObject {
  return rest;
}
