import { isJsonObject, ownValue } from '@larder/core';
import type { JsonObject } from '@larder/core';

export type RawTargets = Readonly<Record<string, JsonObject>>;

/**
 * Lays targets over others of the same names, as Nx does for two sources of one project: options,
 * configurations and metadata are merged by key, all else is replaced. A target that runs something else
 * replaces the other one whole.
 */
export function mergeTargets(under: RawTargets, over: RawTargets): RawTargets {
  const merged = new Map(Object.entries(under));
  for (const [name, target] of Object.entries(over)) {
    const base = merged.get(name);
    merged.set(name, base === undefined || !runsTheSame(base, target) ? target : mergeTarget(base, target));
  }
  return Object.fromEntries(merged);
}

function runsTheSame(base: JsonObject, over: JsonObject): boolean {
  const isSame = (key: string) => over[key] === undefined || over[key] === base[key];
  const [baseScript, script] = [optionsOf(base)['script'], optionsOf(over)['script']];
  const isSameScript = baseScript === undefined || script === undefined || script === baseScript;
  return isSame('executor') && isSame('command') && isSameScript;
}

function mergeTarget(base: JsonObject, over: JsonObject): JsonObject {
  return {
    ...base,
    ...over,
    ...mergeKey('options', base, over),
    ...mergeKey('metadata', base, over),
    ...mergeConfigurations(base, over),
  };
}

function mergeKey(key: string, base: JsonObject, over: JsonObject): JsonObject {
  const [a, b] = [ownValue(base, key), ownValue(over, key)];
  return isJsonObject(a) && isJsonObject(b) ? { [key]: { ...a, ...b } } : {};
}

function mergeConfigurations(base: JsonObject, over: JsonObject): JsonObject {
  const [a, b] = [base['configurations'], over['configurations']];
  if (!isJsonObject(a) || !isJsonObject(b)) return {};
  const merged = Object.entries(b).map(([name, options]) => [name, ownValue(mergeKey(name, a, b), name) ?? options]);
  return { configurations: { ...a, ...Object.fromEntries(merged) } };
}

function optionsOf(target: JsonObject): JsonObject {
  return isJsonObject(target['options']) ? target['options'] : {};
}
