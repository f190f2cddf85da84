import { isJsonObject } from '../json.ts';
import type { JsonObject } from '../json.ts';
import type { Problem } from '../problem.ts';
import type { OutputLogs, Target, TargetEnv } from '../project-graph/project.ts';
import { mostRetries } from '../schedule/plan-retries.ts';
import { parseDependsOn } from './parse-depends-on.ts';
import type { TargetLookup } from './parse-depends-on.ts';
import { invalidValue, parseBoolean, placeAt } from './place.ts';
import type { Parsed, Place } from './place.ts';
import { isResourceName } from './value-schemas.ts';

/** What a target may say beyond Nx's grammar; plugins for other tools say it. Absent keys stay absent. */
export type LarderTargetKeys = Pick<
  Target,
  'env' | 'outputLogs' | 'with' | 'interactive' | 'retries' | 'weight' | 'mutex' | 'resources'
>;

type ReadKey = <Value>(key: string, parse: (value: unknown, place: Place) => Parsed<Value>, absent: Value) => Value;

export function parseLarderKeys(raw: JsonObject, read: ReadKey, lookup: TargetLookup): LarderTargetKeys {
  if (!keys.some((key) => raw[key] !== undefined)) return none;
  const env = read<TargetEnv | null>('taskEnv', parseTaskEnv, null);
  const outputLogs = read<OutputLogs | null>('outputLogs', parseOutputLogs, null);
  const companions = read<LarderTargetKeys['with']>('with', (value, place) => parseDependsOn(value, place, lookup), []);
  return {
    ...(env === null ? {} : { env }),
    ...(outputLogs === null ? {} : { outputLogs }),
    ...(companions === undefined || companions.length === 0 ? {} : { with: companions }),
    ...(read('interactive', parseBoolean, false) ? { interactive: true } : {}),
    ...readSchedulingKeys(read),
  };
}

/** Most targets have none of them, and there are thousands of targets. */
const keys = ['taskEnv', 'outputLogs', 'with', 'interactive', 'retries', 'weight', 'mutex', 'resources'] as const;
const none: LarderTargetKeys = {};

function readSchedulingKeys(read: ReadKey): Pick<Target, 'retries' | 'weight' | 'mutex' | 'resources'> {
  const retries = read<number | null>('retries', (value, place) => parseCount(value, place, [0, mostRetries]), null);
  const weight = read<number | null>('weight', (value, place) => parseCount(value, place, [1, mostWeight]), null);
  const mutex = read<readonly string[]>('mutex', parseMutex, []);
  const resources = read<NonNullable<Target['resources']>>('resources', parseDemands, {});
  return {
    ...(retries === null ? {} : { retries }),
    ...(weight === null ? {} : { weight }),
    ...(mutex.length === 0 ? {} : { mutex }),
    ...(Object.keys(resources).length === 0 ? {} : { resources }),
  };
}

/** Slots are counted in hundreds at most. */
const mostWeight = 1000;
const mostTaken = 1_000_000;

function parseCount(raw: unknown, place: Place, [least, most]: readonly [number, number]): Parsed<number | null> {
  if (Number.isInteger(raw) && Number(raw) >= least && Number(raw) <= most) return [Number(raw), []];
  return [null, [invalidValue(place, raw, `a whole number from ${least} to ${most}`)]];
}

function parseMutex(raw: unknown, place: Place): Parsed<readonly string[]> {
  const names: readonly unknown[] = Array.isArray(raw) ? raw : [raw];
  if (names.every(isResourceName)) return [[...new Set(names)], []];
  return [[], [invalidValue(place, raw, 'a name such as "database", or an array of names')]];
}

function parseDemands(raw: unknown, place: Place): Parsed<Readonly<Record<string, number>>> {
  if (!isJsonObject(raw)) return [{}, [invalidValue(place, raw, 'an object: name of a resource -> how much of it')]];
  const demands: [string, number][] = [];
  const problems: Problem[] = [];
  for (const [name, value] of Object.entries(raw)) {
    const [amount, found] = parseCount(value, placeAt(place, name), [1, mostTaken]);
    problems.push(...found);
    if (amount !== null) demands.push([name, amount]);
  }
  return [Object.fromEntries(demands), problems];
}

function parseTaskEnv(raw: unknown, place: Place): Parsed<TargetEnv | null> {
  if (!isJsonObject(raw)) return [null, [invalidValue(place, raw, 'an object with "mode", "passThrough", "basic"')]];
  const { mode, passThrough = [], basic = true } = raw;
  if (mode !== 'strict' && mode !== 'loose') {
    return [null, [invalidValue(placeAt(place, 'mode'), mode, '"strict" or "loose"')]];
  }
  if (!Array.isArray(passThrough) || !passThrough.every((name) => typeof name === 'string')) {
    return [null, [invalidValue(placeAt(place, 'passThrough'), passThrough, 'an array of names')]];
  }
  if (typeof basic !== 'boolean') return [null, [invalidValue(placeAt(place, 'basic'), basic, 'true or false')]];
  return [{ mode, passThrough, basic }, []];
}

const outputLogs: readonly OutputLogs[] = ['full', 'hash-only', 'new-only', 'errors-only', 'none'];

function parseOutputLogs(raw: unknown, place: Place): Parsed<OutputLogs | null> {
  const found = outputLogs.find((mode) => mode === raw);
  if (found !== undefined) return [found, []];
  return [null, [invalidValue(place, raw, outputLogs.map((mode) => `"${mode}"`).join(', '))]];
}
