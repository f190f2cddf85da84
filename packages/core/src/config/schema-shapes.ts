import * as v from 'valibot';
import { recordOf } from './record-schema.ts';

/** Valibot takes arrays for objects. The JSON schema says `"type": "object"` by itself. */
function noArray<Schema extends v.GenericSchema>(schema: Schema, allowed: string) {
  const isNoArray = v.check((value: unknown) => !Array.isArray(value), allowed);
  return v.pipe(v.unknown(), isNoArray, schema);
}

/** A key that is not among the entries is an issue of type `never`, whose message lists the known keys. */
export function closedObject<const Entries extends v.ObjectEntries>(entries: Entries, allowed: string) {
  return noArray(v.objectWithRest(entries, v.never(Object.keys(entries).join(' ')), allowed), allowed);
}

export function openObject<const Entries extends v.ObjectEntries>(entries: Entries, allowed: string) {
  return noArray(v.looseObject(entries, allowed), allowed);
}

export function namedValues<const Value extends v.GenericSchema>(value: Value, allowed: string) {
  return noArray(recordOf(v.string(), value, allowed), allowed);
}

export const text = v.pipe(v.string('a string'), v.minLength(1, 'a string that is not empty'));
export const options = namedValues(v.unknown(), 'an object');
