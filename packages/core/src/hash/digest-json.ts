import { ownValue } from '../json.ts';
import { parse, type ParseError } from 'jsonc-parser';
import type { Digest, WorkspacePath } from '../ids.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import type { DigestFunction } from '../ports.ts';
import { canonicalJson, encodeText } from './canonical.ts';
import type { JsonInput } from './inputs.ts';

export interface JsonSources {
  readonly digest: DigestFunction;
  readonly list: (input: JsonInput) => readonly WorkspacePath[];
  /** Null where the file is gone. */
  readonly readText: (path: WorkspacePath) => string | null;
}

/**
 * Covers the path of each file and the chosen fields of its content, whatever their order and layout.
 * Comments and trailing commas are allowed. A file that is not a JSON object counts by its whole text.
 */
export function digestJson(input: JsonInput, sources: JsonSources): Digest {
  let encoded = '';
  for (const path of sources.list(input)) {
    const text = sources.readText(path);
    if (text !== null) encoded += encodeText(path) + encodeText(encodeFields(text, input));
  }
  return sources.digest(encoded);
}

function encodeFields(text: string, input: JsonInput): string {
  const content = parseObject(text);
  if (content === null) return `text ${text}`;
  const kept = input.excludeFields.reduce(withoutField, content);
  if (input.fields === null) return `all ${canonicalJson(kept)}`;
  const chosen = input.fields.map((field) => {
    const value = findField(kept, field);
    return encodeText(field) + (value === undefined ? 'none' : encodeText(canonicalJson(value)));
  });
  return `fields ${chosen.join('')}`;
}

function parseObject(text: string): JsonObject | null {
  const content = parseJson(text);
  return isJsonObject(content) ? content : null;
}

/** The built-in parser first: it is fast, and it takes a key such as `__proto__` for a key. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    const errors: ParseError[] = [];
    const content: unknown = parse(text, errors, { allowTrailingComma: true });
    return errors.length === 0 ? content : null;
  }
}

/** A key that is written with dots comes before the path through nested objects. */
function findField(object: JsonObject, field: string): JsonValue | undefined {
  if (Object.hasOwn(object, field)) return object[field];
  const [first = '', ...rest] = field.split('.');
  const inner = ownValue(object, first);
  return rest.length > 0 && isJsonObject(inner) ? findField(inner, rest.join('.')) : undefined;
}

function withoutField(object: JsonObject, field: string): JsonObject {
  if (Object.hasOwn(object, field)) {
    return Object.fromEntries(Object.entries(object).filter(([key]) => key !== field));
  }
  const [first = '', ...rest] = field.split('.');
  const inner = ownValue(object, first);
  return rest.length > 0 && isJsonObject(inner) ? { ...object, [first]: withoutField(inner, rest.join('.')) } : object;
}
