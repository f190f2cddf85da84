import { compileGlob, isJsonObject, ownValue, type JsonObject, type JsonValue } from '@larder/core';
import type { Adoption } from './adopt-entry.ts';
import { adoptingExecutor, spreadToken } from './adoption-note.ts';

/** What decides how a target is adopted. */
export interface TargetFacts {
  readonly name: string;
  /** As Nx has it, when everything is merged. */
  readonly resolved: JsonObject;
  /** What the project's file says of it; undefined where it says nothing. */
  readonly entry: JsonValue | undefined;
  /** `targetDefaults` of nx.json. */
  readonly defaults: JsonValue | undefined;
  /** Where the entry stands or will stand. */
  readonly path: readonly string[];
  readonly isScript: boolean;
}

/** Tasks that Larder can take over as one batch: cacheable, ending by themselves, beside others. */
export function isAdoptable({ executor, cache, continuous, parallelism }: JsonObject): boolean {
  return (
    cache === true &&
    continuous !== true &&
    parallelism !== false &&
    typeof executor === 'string' &&
    executor !== 'nx:noop' &&
    executor !== adoptingExecutor
  );
}

/** Null where it would be another target: what cannot be written down as absent would come from other defaults. */
export function planAdoption({ name, resolved, entry, defaults, path, isScript }: TargetFacts): Adoption | null {
  const executor = typeof resolved['executor'] === 'string' ? resolved['executor'] : '';
  if (hasMore(findHiddenDefaults(defaults, { name, executor }), resolved)) return null;
  const own = isJsonObject(entry) ? entry : {};
  const found = [own, findDefaults(defaults, { name, executor })];
  const fill: Record<string, JsonValue> = {};
  for (const key of inheritedKeys) {
    const value = resolved[key];
    if (value !== undefined && !isFoundAgain(value, key, found)) fill[key] = value;
  }
  // The text of a script stands in package.json, and what plugins say of an inferred target is lost with it.
  if (entry === undefined && !isScript && resolved['metadata'] !== undefined) fill['metadata'] = resolved['metadata'];
  return { path, executor, fill };
}

const inheritedKeys = [
  'dependsOn',
  'inputs',
  'outputs',
  'options',
  'configurations',
  'defaultConfiguration',
  'syncGenerators',
];

/** What Nx will apply to the target when it has another executor, as far as this is sure. */
function findDefaults(
  defaults: JsonValue | undefined,
  { name, executor }: { readonly name: string; readonly executor: string },
): JsonObject {
  if (!isJsonObject(defaults) || ownValue(defaults, executor) !== undefined) return {};
  const found = ownValue(defaults, name);
  if (!isJsonObject(found) || found['executor'] !== undefined || found['command'] !== undefined) return {};
  return found;
}

/** Of its name, while there are some for its executor: with another one, Nx applies them. */
function findHiddenDefaults(
  defaults: JsonValue | undefined,
  { name, executor }: { readonly name: string; readonly executor: string },
): JsonObject {
  if (!isJsonObject(defaults) || ownValue(defaults, executor) === undefined) return {};
  const patterns = Object.keys(defaults).filter((key) => key !== executor && compileGlob(key)(name));
  const key = patterns.includes(name) ? name : patterns.toSorted((a, b) => b.length - a.length)[0];
  const hidden = key === undefined ? undefined : ownValue(defaults, key);
  if (!isJsonObject(hidden) || hidden['executor'] !== undefined || hidden['command'] !== undefined) return {};
  return hidden;
}

/** Whether anything in these defaults is not in the target. */
function hasMore(defaults: JsonObject, resolved: JsonObject): boolean {
  return inheritedKeys.some((key) => {
    const [added, present] = [defaults[key], resolved[key]];
    if (added === undefined) return false;
    if (present === undefined) return true;
    return isJsonObject(added) && !haveKeys([present], added);
  });
}

/** Options and configurations are merged from several places, all else comes from one. */
function isFoundAgain(value: JsonValue, key: string, found: readonly JsonObject[]): boolean {
  const places = found.flatMap((place) => (place[key] === undefined ? [] : [place[key]]));
  if (places.some(spreads) || found.some((place) => Object.hasOwn(place, spreadToken))) return false;
  if (!isJsonObject(value) || key === 'defaultConfiguration') return places.length > 0;
  if (key !== 'configurations') return haveKeys(places, value);
  return Object.entries(value).every(([name, options]) => {
    const parts = places.flatMap((place) => (isJsonObject(place) ? (place[name] ?? []) : []));
    return parts.length > 0 && isJsonObject(options) && haveKeys(parts, options);
  });
}

function haveKeys(places: readonly JsonValue[], value: JsonObject): boolean {
  if (!places.every(isJsonObject)) return false;
  return Object.keys(value).every((name) => places.some((place) => isJsonObject(place) && Object.hasOwn(place, name)));
}

/** What stands for the values of the place below, which with another executor is another one. */
function spreads(value: JsonValue): boolean {
  return JSON.stringify(value).includes(JSON.stringify(spreadToken));
}
