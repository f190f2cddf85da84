import { isJsonObject } from '../json.ts';
import type { JsonObject, JsonValue } from '../json.ts';

/** A raw target configuration whose keys may come from several layers. */
export interface LayeredTarget<Origin> {
  readonly raw: JsonObject;
  /** Which layer each key of `raw` comes from. */
  readonly origins: ReadonlyMap<string, Origin>;
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
  const raw = new Map<string, JsonValue>(Object.entries(base?.raw ?? {}));
  const origins = new Map(base?.origins);
  const yielding = keysBeforeSpread(upper);
  for (const [key, value] of Object.entries(upper)) {
    if (key === spread) continue;
    const below = raw.get(key);
    if (below !== undefined && yielding.has(key) && key !== 'options' && key !== 'configurations') continue;
    raw.set(key, mergeKey(key, below, value));
    origins.set(key, origin);
  }
  return { raw: Object.fromEntries(raw), origins };
}

function mergeKey(key: string, below: JsonValue | undefined, value: JsonValue): JsonValue {
  if (key === 'options') return mergeEach(below, value, mergeValue);
  if (key === 'configurations') return mergeEach(below, value, (old, next) => mergeEach(old, next, mergeValue));
  if (key === 'metadata') return mergeEach(below, value, (_, next) => next);
  return mergeValue(below, value);
}

/** The keys that stand before `"...": true` give way to those below. */
function keysBeforeSpread(upper: JsonObject): ReadonlySet<string> {
  const keys = Object.keys(upper);
  return new Set(upper[spread] === true ? keys.slice(0, keys.indexOf(spread)) : []);
}

function mergeEach(
  below: JsonValue | undefined,
  value: JsonValue,
  merge: (below: JsonValue | undefined, value: JsonValue) => JsonValue,
): JsonValue {
  if (!isJsonObject(value)) return value;
  const base: JsonObject = isJsonObject(below) ? below : {};
  const yielding = keysBeforeSpread(value);
  const entries = new Map<string, JsonValue>(Object.entries(base));
  for (const [key, next] of Object.entries(value)) {
    if (key === spread || (yielding.has(key) && entries.has(key))) continue;
    entries.set(key, merge(entries.get(key), next));
  }
  return Object.fromEntries(entries);
}

function mergeValue(below: JsonValue | undefined, value: JsonValue): JsonValue {
  if (Array.isArray(value)) {
    const base = Array.isArray(below) ? (below as readonly JsonValue[]) : [];
    return (value as readonly JsonValue[]).flatMap((element) => (element === spread ? base : [element]));
  }
  if (isJsonObject(value) && value[spread] === true) return mergeEach(below, value, (_, next) => next);
  return value;
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
  const { command, ...rest } = target;
  if (typeof command !== 'string' || command === '' || rest['executor'] !== undefined) return target;
  const options = isJsonObject(rest['options']) ? rest['options'] : {};
  return { ...rest, executor: 'nx:run-commands', options: { ...options, command } };
}
