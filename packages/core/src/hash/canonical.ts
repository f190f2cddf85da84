import { isJsonObject, type JsonValue } from '../json.ts';
import { sortUnique } from './sort-unique.ts';

/**
 * Encodes a text so that a sequence of encoded texts can be read back in one way only: the length in
 * UTF-16 code units stands before it. A text with lone surrogates, which UTF-8 cannot tell apart, is
 * escaped as JSON first and marked as such.
 */
export function encodeText(text: string): string {
  if (text.isWellFormed()) return `${text.length}:${text}`;
  const escaped = JSON.stringify(text);
  return `${escaped.length}~${escaped}`;
}

/** As `encodeText`, with the number of texts in front: lists can follow one another. */
export function encodeList(texts: readonly string[]): string {
  let encoded = `${texts.length}#`;
  for (const text of texts) encoded += encodeText(text);
  return encoded;
}

/** The list as a set: sorted by code unit, each text once. */
export function encodeSet(texts: Iterable<string>): string {
  return encodeList(sortUnique(texts));
}

/** JSON without white space, the keys of every object sorted by code unit. Equal values give equal texts. */
export function canonicalJson(value: JsonValue): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (!isJsonObject(value)) return JSON.stringify(value);
  const keys = sortUnique(Object.keys(value));
  return `{${keys.map((key) => `${JSON.stringify(key)}:${canonicalJson(value[key] ?? null)}`).join(',')}}`;
}
