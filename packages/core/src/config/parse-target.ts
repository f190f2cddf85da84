import { isJsonObject, ownValue } from '../json.ts';
import type { JsonObject } from '../json.ts';
import type { Problem } from '../problem.ts';
import type { InputDefinition, ReadyWhen, Target } from '../project-graph/project.ts';
import { parseDependsOn } from './parse-depends-on.ts';
import type { TargetLookup } from './parse-depends-on.ts';
import { parseInputs } from './parse-inputs.ts';
import { parseLarderKeys } from './parse-larder-keys.ts';
import { parseReadyWhen } from './parse-ready-when.ts';
import { invalidValue, nowhere, parseBoolean, placeAt } from './place.ts';
import type { Parsed, Place } from './place.ts';

/** A target configuration by itself: before a name, a place and an executor are settled. */
export interface ParsedTarget extends Omit<Target, 'name' | 'executor' | 'outputs' | 'location'> {
  readonly executor: string | null;
  /** Null where nothing is declared. */
  readonly outputs: readonly string[] | null;
}

export interface TargetContext {
  readonly lookup: TargetLookup;
  /** Inputs in which nothing is wrong, by their raw array: thousands of targets share those of one default. */
  readonly sharedInputs: WeakMap<object, readonly InputDefinition[]>;
}

/**
 * Reads a target configuration in Nx's grammar. `placeOf` says where a key stands; null where its
 * problems are known already. Keys that Larder does not know are left to Nx.
 */
export function parseTarget(
  raw: JsonObject,
  placeOf: (key: string) => Place | null,
  { lookup, sharedInputs }: TargetContext,
): Parsed<ParsedTarget> {
  const problems: Problem[] = [];
  const read = <Value>(key: string, parse: (value: unknown, place: Place) => Parsed<Value>, absent: Value): Value => {
    const value = ownValue(raw, key);
    if (value === undefined || value === null) return absent;
    const [parsed, found] = parse(value, nowhere);
    // Nearly all is right, and finding out where it stands is as much work as to read it.
    const place = found.length === 0 ? null : placeOf(key);
    if (place !== null) problems.push(...parse(value, place)[1]);
    return parsed;
  };
  const readInputs = (value: unknown, place: Place): Parsed<readonly InputDefinition[]> => {
    const known = typeof value === 'object' && value !== null ? sharedInputs.get(value) : undefined;
    if (known !== undefined) return [known, []];
    const parsed = parseInputs(value, place);
    if (parsed[1].length === 0 && typeof value === 'object' && value !== null) sharedInputs.set(value, parsed[0]);
    return parsed;
  };
  const readyWhen = read<ReadyWhen | null>('readyWhen', parseReadyWhen, null);
  const syncGenerators = read<readonly string[]>('syncGenerators', parseTexts, []);
  const target: ParsedTarget = {
    executor: read<string | null>('executor', parseText, null),
    options: read('options', parseObject, none),
    configurations: read<ParsedTarget['configurations']>('configurations', parseConfigurations, none),
    defaultConfiguration: read<string | null>('defaultConfiguration', parseText, null),
    inputs: read<ParsedTarget['inputs']>('inputs', readInputs, null),
    outputs: read<readonly string[] | null>('outputs', parseTexts, null),
    dependsOn: read('dependsOn', (value, place) => parseDependsOn(value, place, lookup), []),
    cache: read('cache', parseBoolean, false),
    continuous: read('continuous', parseBoolean, false),
    parallelism: read('parallelism', parseBoolean, true),
    metadata: read('metadata', parseObject, none),
    ...(readyWhen === null ? {} : { readyWhen }),
    ...(syncGenerators.length === 0 ? {} : { syncGenerators }),
    ...parseLarderKeys(raw, read, lookup),
  };
  return [target, problems];
}

const none: Readonly<Record<string, never>> = {};

/** Finds shape errors only: names are looked up where the defaults are used. */
const noTargets: TargetLookup = { hasOwnTarget: () => false, hasProject: () => false, hasTarget: () => false };

/** Finds what is wrong with the values of `targetDefaults`, so that every place that uses them need not say it. */
export function checkTargetDefaults(raw: unknown, place: Place): readonly Problem[] {
  if (!isJsonObject(raw)) return [];
  return Object.entries(raw).flatMap(([key, value]) => {
    const keyPlace = placeAt(place, key);
    if (!Array.isArray(value)) return checkDefault(value, keyPlace);
    return value.flatMap((entry: unknown, index) => checkDefault(entry, placeAt(keyPlace, index)));
  });
}

function checkDefault(raw: unknown, place: Place): readonly Problem[] {
  if (!isJsonObject(raw)) return [];
  const [, problems] = parseTarget(raw, (key) => placeAt(place, key), {
    lookup: noTargets,
    sharedInputs: new WeakMap(),
  });
  return [...problems, ...checkFilter(raw['filter'], placeAt(place, 'filter'))];
}

function checkFilter(filter: unknown, place: Place): readonly Problem[] {
  if (filter === undefined) return [];
  if (!isJsonObject(filter)) return [invalidValue(place, filter, 'an object with "projects", "executor", "plugin"')];
  const { projects, executor, plugin } = filter;
  return [
    ...(projects === undefined ? [] : parseTexts(projects, placeAt(place, 'projects'))[1]),
    ...(executor === undefined ? [] : parseText(executor, placeAt(place, 'executor'))[1]),
    ...(plugin === undefined ? [] : parseText(plugin, placeAt(place, 'plugin'))[1]),
  ];
}

function parseText(raw: unknown, place: Place): Parsed<string | null> {
  return typeof raw === 'string' && raw !== '' ? [raw, []] : [null, [invalidValue(place, raw, 'a string')]];
}

function parseObject(raw: unknown, place: Place): Parsed<JsonObject> {
  return isJsonObject(raw) ? [raw, []] : [{}, [invalidValue(place, raw, 'an object')]];
}

function parseTexts(raw: unknown, place: Place): Parsed<readonly string[]> {
  if (!Array.isArray(raw)) return [[], [invalidValue(place, raw, 'an array of strings')]];
  const texts: string[] = [];
  const problems: Problem[] = [];
  raw.forEach((entry: unknown, index) => {
    if (typeof entry !== 'string') problems.push(invalidValue(placeAt(place, index), entry, 'a string'));
    else if (entry !== '...') texts.push(entry);
  });
  return [texts, problems];
}

function parseConfigurations(raw: unknown, place: Place): Parsed<Readonly<Record<string, JsonObject>>> {
  if (!isJsonObject(raw)) return [{}, [invalidValue(place, raw, 'an object: name -> options')]];
  const problems: Problem[] = [];
  const entries: [string, JsonObject][] = [];
  for (const [name, value] of Object.entries(raw)) {
    if (name === '...') continue;
    if (isJsonObject(value)) entries.push([name, value]);
    else problems.push(invalidValue(placeAt(place, name), value, 'an object'));
  }
  return [Object.fromEntries(entries), problems];
}
