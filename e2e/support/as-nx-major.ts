import type { FileTree } from './make-workspace.ts';

/** Whatever a JSON file holds. */
type Json = ReturnType<typeof JSON.parse>;

/**
 * The same workspace as an older major of Nx can read it: what it does not know yet is written out, or left out. Both
 * sides of a comparison then read the same files.
 *
 * | since | what                                                                                        |
 * | ----- | ------------------------------------------------------------------------------------------- |
 * | 21    | `continuous`                                                                                |
 * | 22    | `json`, `workingDirectory` and `fileset` with `dependencies` as inputs                      |
 * | 23    | the spread token, lists of filtered `targetDefaults`, `includeIgnored`                      |
 * | 24    | `always`, `projects` together with `dependencies` in an input, `inputs: false` of an edge   |
 */
export function asNxMajor(tree: FileTree, major: number): FileTree {
  return Object.fromEntries(
    Object.entries(tree).map(([path, content]) => [
      path,
      typeof content === 'string' ? content : downgrade(structuredClone(content), major),
    ]),
  );
}

function downgrade(value: Json, major: number): Json {
  if (Array.isArray(value)) return value.map((each) => downgrade(each, major));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value as Record<string, Json>).flatMap(([key, held]): [string, Json][] => {
    if (key === 'continuous' && major < 21) return [];
    if (key === 'inputs' && Array.isArray(held)) return [[key, held.flatMap((input) => downgradeInput(input, major))]];
    if (key === 'dependsOn' && Array.isArray(held)) return [[key, held.map((edge) => downgradeEdge(edge, major))]];
    if (key === 'targetDefaults' && major < 23) return [[key, withoutFilters(held, major)]];
    return [[key, downgrade(held, major)]];
  });
  return Object.fromEntries(entries);
}

function downgradeInput(input: Json, major: number): readonly Json[] {
  if (input === '...') return major < 23 ? ['production', '^production'] : [input];
  if (typeof input === 'string') return [input];
  if (major < 23 && input.includeIgnored === true) return [];
  if (major < 22 && 'json' in input) return [input.json];
  if (major < 22 && ('workingDirectory' in input || ('fileset' in input && 'dependencies' in input))) return [];
  if (major >= 24) return [input];
  const { always: _always, ...known } = input;
  if ('input' in known && 'projects' in known) delete known.dependencies;
  return [known];
}

function downgradeEdge(edge: Json, major: number): Json {
  if (edge === '...' && major < 23) return '^build';
  if (typeof edge === 'string' || major >= 24) return edge;
  const { inputs: _inputs, ...known } = edge;
  return known;
}

/** Of a list only what holds for all. */
function withoutFilters(defaults: Json, major: number): Json {
  const entries = Object.entries(defaults as Record<string, Json>);
  return Object.fromEntries(
    entries.map(([key, held]) => [key, downgrade(Array.isArray(held) ? held[0] : held, major)]),
  );
}
