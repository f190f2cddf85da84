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
  readonly #projects: ProjectMatcher;
  readonly #entries: ReadonlyMap<string, readonly DefaultsEntry[]>;
  readonly #globs: readonly { readonly key: string; readonly matches: (name: string) => boolean }[];
  /** By executor and name: most targets of a workspace are one of a few kinds. */
  readonly #candidates = new Map<string, readonly (readonly DefaultsEntry[])[]>();

  constructor(defaults: JsonObject, projects: ProjectMatcher) {
    this.#projects = projects;
    this.#entries = new Map(Object.entries(defaults).map(([key, value]) => [key, this.#readEntries(value)]));
    this.#globs = Object.keys(defaults)
      .filter(isGlob)
      .sort((a, b) => b.length - a.length)
      .map((key) => ({ key, matches: compileGlob(key) }));
  }

  find({ target, executor, project }: DefaultsQuery): readonly JsonObject[] {
    for (const entries of this.#findCandidates(target, executor)) {
      const passing = entries.filter((entry) => entry.passes(executor, project));
      if (passing.length > 0) return passing.map(({ config }) => config);
    }
    return [];
  }

  #findCandidates(target: string, executor: string | null): readonly (readonly DefaultsEntry[])[] {
    const kind = `${executor ?? ''}\0${target}`;
    let candidates = this.#candidates.get(kind);
    if (candidates === undefined) {
      const exact = executor === null || executor === target ? [target] : [executor, target];
      const globs = this.#globs.filter(({ key, matches }) => !exact.includes(key) && matches(target));
      const keys = [...exact, ...globs.map(({ key }) => key)];
      candidates = keys.map((key) => this.#entries.get(key) ?? []);
      this.#candidates.set(kind, candidates);
    }
    return candidates;
  }

  #readEntries(value: unknown): readonly DefaultsEntry[] {
    const list: readonly unknown[] = Array.isArray(value) ? value : [value];
    return list.filter(isJsonObject).map(({ filter, ...config }) => ({ config, passes: this.#readFilter(filter) }));
  }

  #readFilter(filter: unknown): DefaultsEntry['passes'] {
    if (!isJsonObject(filter)) return () => true;
    const { plugin, executor: wanted, projects } = filter;
    if (plugin !== undefined) return () => false;
    const patterns = Array.isArray(projects) ? projects.filter((pattern) => typeof pattern === 'string') : [];
    const selected = projects === undefined ? null : this.#projects.select(patterns);
    return (executor, project) =>
      (wanted === undefined || wanted === executor) && (selected === null || selected.has(project));
  }
}

interface DefaultsEntry {
  /** Without its filter. */
  readonly config: JsonObject;
  readonly passes: (executor: string | null, project: string) => boolean;
}
