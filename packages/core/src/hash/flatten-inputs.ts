import type { InputDefinition, InputScope, NamedInputs, Project } from '../project-graph/project.ts';
import { findNearNames } from '../project-graph/find-near-names.ts';
import type { ProblemFacts } from '../problem.ts';

/** Definitions with all named inputs of the project itself unfolded; what lies in other projects stays a reference. */
export interface FlatInputs {
  readonly patterns: readonly string[];
  /** Those of filesets that look at the disk, ignored files included. */
  readonly diskPatterns: readonly string[];
  /** All but filesets and named inputs. */
  readonly values: readonly ValueInput[];
  readonly elsewhere: readonly ElsewhereInput[];
}

export type ValueInput = Exclude<InputDefinition, { readonly kind: 'fileset' } | { readonly kind: 'named' }>;

export interface ElsewhereInput {
  readonly scope: Exclude<InputScope, { readonly kind: 'self' }>;
  readonly input: ReferredInput;
}

export type ReferredInput =
  | { readonly kind: 'named'; readonly name: string }
  /** Bare patterns; those of one scope work together, so that `^!…` takes away from `^…`. */
  | { readonly kind: 'patterns'; readonly patterns: readonly string[]; readonly includeIgnored: boolean };

const defaultNamedInputs: NamedInputs = {
  default: [{ kind: 'fileset', pattern: '{projectRoot}/**/*', of: { kind: 'self' } }],
};

/**
 * Unfolds named inputs. A project's own definition of a name takes the place of the workspace's, and
 * that of `default`, all files of the project. What is found for a name is kept: once for all projects
 * that define none of their own.
 */
export class InputFlattener {
  readonly #namedInputs: NamedInputs;
  readonly #report: (facts: ProblemFacts) => void;
  readonly #known = new Map<string, FlatInputs>();

  constructor(namedInputs: NamedInputs, report: (facts: ProblemFacts) => void) {
    this.#namedInputs = namedInputs;
    this.#report = report;
  }

  flatten(definitions: readonly InputDefinition[], project: Project): FlatInputs {
    return this.#flatten(definitions, { project, path: [] });
  }

  flattenReferred(input: ReferredInput, project: Project): FlatInputs {
    if (input.kind === 'patterns') {
      const { patterns, includeIgnored } = input;
      return { ...nothing, ...(includeIgnored ? { diskPatterns: patterns } : { patterns }) };
    }
    return this.#flattenNamed(input.name, { project, path: [] });
  }

  #flatten(definitions: readonly InputDefinition[], place: Place): FlatInputs {
    const patterns = new Set<string>();
    const diskPatterns = new Set<string>();
    const values = new Set<ValueInput>();
    const bare: ElsewhereFileset[] = [];
    const elsewhere = new Set<ElsewhereInput>();
    for (const definition of definitions) {
      if (definition.kind !== 'fileset' && definition.kind !== 'named') {
        values.add(definition);
      } else if (definition.of.kind !== 'self') {
        const scope = definition.of;
        if (definition.kind === 'fileset')
          bare.push({ scope, pattern: definition.pattern, includeIgnored: definition.includeIgnored === true });
        else elsewhere.add({ scope, input: { kind: 'named', name: definition.name } });
      } else if (definition.kind === 'fileset') {
        (definition.includeIgnored === true ? diskPatterns : patterns).add(definition.pattern);
      } else {
        const named = this.#flattenNamed(definition.name, place);
        for (const pattern of named.patterns) patterns.add(pattern);
        for (const pattern of named.diskPatterns) diskPatterns.add(pattern);
        for (const value of named.values) values.add(value);
        for (const one of named.elsewhere) elsewhere.add(one);
      }
    }
    return {
      patterns: [...patterns],
      diskPatterns: [...diskPatterns],
      values: [...values],
      elsewhere: [...elsewhere, ...joinByScope(bare)],
    };
  }

  #flattenNamed(name: string, place: Place): FlatInputs {
    const definesNone = Object.keys(place.project.namedInputs).length === 0;
    const key = JSON.stringify([definesNone ? null : place.project.name, name]);
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const path = [...place.path, name];
    if (place.path.includes(name)) {
      const detail = `${path.slice(path.indexOf(name)).join(' -> ')} (seen from project ${place.project.name})`;
      this.#report({ code: 'unsupported', feature: 'a named input that contains itself', detail });
      return nothing;
    }
    const flat = this.#flatten(this.#findDefinition(name, place.project), { project: place.project, path });
    this.#known.set(key, flat);
    return flat;
  }

  #findDefinition(name: string, project: Project): readonly InputDefinition[] {
    const layers = [project.namedInputs, this.#namedInputs, defaultNamedInputs];
    const layer = layers.find((one) => Object.hasOwn(one, name));
    if (layer !== undefined) return layer[name] ?? [];
    const near = findNearNames(name, new Set(layers.flatMap((one) => Object.keys(one))));
    this.#report({ code: 'unknown-named-input', input: name, near });
    return [];
  }
}

interface Place {
  readonly project: Project;
  /** The names that are being unfolded, outermost first. */
  readonly path: readonly string[];
}

const nothing: FlatInputs = { patterns: [], diskPatterns: [], values: [], elsewhere: [] };

interface ElsewhereFileset {
  readonly scope: ElsewhereInput['scope'];
  readonly pattern: string;
  readonly includeIgnored: boolean;
}

function joinByScope(filesets: readonly ElsewhereFileset[]): readonly ElsewhereInput[] {
  const byScope = Map.groupBy(filesets, ({ scope, includeIgnored }) => JSON.stringify([scope, includeIgnored]));
  return [...byScope.values()].flatMap((same) => {
    const patterns = same.map(({ pattern }) => pattern);
    return same
      .slice(0, 1)
      .map(({ scope, includeIgnored }) => ({ scope, input: { kind: 'patterns', patterns, includeIgnored } as const }));
  });
}
