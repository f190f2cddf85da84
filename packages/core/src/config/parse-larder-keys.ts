import { isJsonObject } from '../json.ts';
import type { JsonObject } from '../json.ts';
import type { OutputLogs, Target, TargetEnv } from '../project-graph/project.ts';
import { parseDependsOn } from './parse-depends-on.ts';
import type { TargetLookup } from './parse-depends-on.ts';
import { invalidValue, placeAt } from './place.ts';
import type { Parsed, Place } from './place.ts';

/** What a target may say beyond Nx's grammar; plugins for other tools say it. Absent keys stay absent. */
export type LarderTargetKeys = Pick<Target, 'env' | 'outputLogs' | 'with'>;

type ReadKey = <Value>(key: string, parse: (value: unknown, place: Place) => Parsed<Value>, absent: Value) => Value;

export function parseLarderKeys(raw: JsonObject, read: ReadKey, lookup: TargetLookup): LarderTargetKeys {
  if (raw['taskEnv'] === undefined && raw['outputLogs'] === undefined && raw['with'] === undefined) return none;
  const env = read<TargetEnv | null>('taskEnv', parseTaskEnv, null);
  const outputLogs = read<OutputLogs | null>('outputLogs', parseOutputLogs, null);
  const companions = read<LarderTargetKeys['with']>('with', (value, place) => parseDependsOn(value, place, lookup), []);
  return {
    ...(env === null ? {} : { env }),
    ...(outputLogs === null ? {} : { outputLogs }),
    ...(companions === undefined || companions.length === 0 ? {} : { with: companions }),
  };
}

const none: LarderTargetKeys = {};

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
