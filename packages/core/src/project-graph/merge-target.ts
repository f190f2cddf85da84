import { isJsonObject } from '../json.ts';
import type { JsonObject, JsonValue } from '../json.ts';

/** A raw target configuration whose keys may come from several layers. */
export interface LayeredTarget<Origin> {
  readonly raw: JsonObject;
  /** Those that have a part in `raw`, lowest first. */
  readonly layers: readonly { readonly raw: JsonObject; readonly origin: Origin }[];
}

/** The layer that a key comes from: the highest that has it. */
export function findOrigin<Origin>({ layers }: LayeredTarget<Origin>, key: string): Origin | undefined {
  return layers.findLast(({ raw }) => Object.hasOwn(raw, key))?.origin;
}

/** Stands in arrays (as an element) and objects (as a key that is true) for what the layers below say. */
const spread = '...';

/**
 * Lays one target configuration over another, with Nx's rules: keys replace, but `options` and
 * `configurations` merge key by key, and `"..."` keeps what is there. Where the two run different
 * things (another executor, command or script), nothing of the lower one is kept.
 */
export function mergeTarget<Origin>(
  lower: LayeredTarget<Origin> | null,
  upper: JsonObject,
  origin: Origin,
): LayeredTarget<Origin> {
  const base = lower !== null && isCompatible(lower.raw, upper) ? lower : null;
  return {
    raw: mergeKeys(base?.raw ?? {}, upper, mergeKey),
    layers: [...(base?.layers ?? []), { raw: upper, origin }],
  };
}

type Merge = (below: JsonValue | undefined, value: JsonValue, key: string) => JsonValue;

/** Of these the parts merge, so that they merge even where they stand before a spread. */
const mergedByKey = new Set(['options', 'configurations', 'metadata']);

const mergeKey: Merge = (below, value, key) => {
  if (!mergedByKey.has(key)) return mergeValue(below, value);
  const base = isJsonObject(below) ? below : {};
  if (!isJsonObject(value)) return value;
  if (key === 'options') return mergeKeys(base, value, mergeValue);
  if (key === 'metadata') return mergeKeys(base, value, takeUpper);
  return mergeKeys(base, value, mergeConfiguration);
};

const mergeConfiguration: Merge = (below, value) =>
  isJsonObject(value) ? mergeKeys(isJsonObject(below) ? below : {}, value, mergeValue) : value;

const mergeValue = (below: JsonValue | undefined, value: JsonValue): JsonValue => {
  if (Array.isArray(value)) {
    const elements = value as readonly JsonValue[];
    if (!elements.includes(spread)) return elements;
    const base = Array.isArray(below) ? (below as readonly JsonValue[]) : [];
    return elements.flatMap((element) => (element === spread ? base : [element]));
  }
  if (!isJsonObject(value) || value[spread] !== true) return value;
  return mergeKeys(isJsonObject(below) ? below : {}, value, takeUpper);
};

const takeUpper: Merge = (_, value) => value;

/** The keys that stand before `"...": true` give way to those below. */
function mergeKeys(below: JsonObject, upper: JsonObject, merge: Merge): JsonObject {
  const merged: Record<string, JsonValue> = { ...below };
  let yields = upper[spread] === true;
  for (const key of Object.keys(upper)) {
    const value = upper[key];
    if (key === spread) yields = false;
    // The one key that cannot be assigned; nobody has a use for it.
    if (key === spread || key === '__proto__' || value === undefined) continue;
    const known = Object.hasOwn(below, key);
    if (known && yields && !(merge === mergeKey && mergedByKey.has(key))) continue;
    merged[key] = merge(known ? below[key] : undefined, value, key);
  }
  return merged;
}

/** Whether two layers of a target run the same thing, so that their options belong together. */
export function isCompatible(a: JsonObject, b: JsonObject): boolean {
  const executor = a['executor'];
  if (!executor || !b['executor']) return true;
  if (executor !== b['executor']) return false;
  if (executor === 'nx:run-commands') return agrees(readCommand(a), readCommand(b));
  if (executor === 'nx:run-script') return agrees(readOption(a, 'script'), readOption(b, 'script'));
  return true;
}

function agrees(a: JsonValue | undefined, b: JsonValue | undefined): boolean {
  return !a || !b || a === b;
}

function readCommand(target: JsonObject): JsonValue | undefined {
  const commands = readOption(target, 'commands');
  return readOption(target, 'command') ?? (Array.isArray(commands) ? JSON.stringify(commands) : undefined);
}

function readOption(target: JsonObject, name: string): JsonValue | undefined {
  const options = target['options'];
  return isJsonObject(options) ? options[name] : undefined;
}

/** Turns `command: "x"` into the executor `nx:run-commands` with that command. An executor of its own wins. */
export function expandCommand(target: JsonObject): JsonObject {
  // Most have none; taking it off copies the rest.
  if (typeof target['command'] !== 'string' || target['command'] === '' || target['executor'] !== undefined)
    return target;
  const { command, ...rest } = target;
  const options = isJsonObject(rest['options']) ? rest['options'] : {};
  return { ...rest, executor: 'nx:run-commands', options: { ...options, command } };
}
