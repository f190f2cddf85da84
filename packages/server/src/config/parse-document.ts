import { findNearNames, parseJsonc, type ParsedJson, type Problem, type WorkspacePath } from '@larder/core';
import * as v from 'valibot';

/** The value, or null where there are problems: then all of them, with file, line and column. */
export type ParsedDocument<Value> = readonly [value: Value | null, problems: readonly Problem[]];

/** Reads JSON with comments against a schema made of `closedObject`s. */
export function parseDocument<Schema extends v.GenericSchema>(
  text: string,
  file: string,
  schema: Schema,
): ParsedDocument<v.InferOutput<Schema>> {
  const json = parseJsonc(text, file as WorkspacePath);
  if (json.problems.length > 0) return [null, json.problems];
  return checkDocument({ file, value: json.value, json }, schema);
}

/** A value that has been read already. */
export interface ReadDocument {
  /** For messages. */
  readonly file: string;
  readonly value: unknown;
  /** Finds where things stand. */
  readonly json: Pick<ParsedJson, 'locate' | 'locateKey'>;
}

export function checkDocument<Schema extends v.GenericSchema>(
  document: ReadDocument,
  schema: Schema,
): ParsedDocument<v.InferOutput<Schema>> {
  const result = v.safeParse(schema, document.value);
  if (result.success) return [result.output, []];
  return [null, result.issues.map((issue) => describeIssue(issue, document))];
}

/** An object without other keys than these; the message of another key lists them. Valibot takes arrays for objects. */
export function closedObject<const Entries extends v.ObjectEntries>(entries: Entries) {
  const allowed = `an object with ${Object.keys(entries).join(', ')}`;
  const isNoArray = v.check((value: unknown) => !Array.isArray(value), allowed);
  return v.pipe(v.unknown(), isNoArray, v.objectWithRest(entries, v.never(Object.keys(entries).join(' ')), allowed));
}

function describeIssue(issue: v.BaseIssue<unknown>, { json, file }: ReadDocument): Problem {
  const path = (issue.path ?? []).map((item) => (item.type === 'array' ? item.key : String(item.key)));
  const name = path.join('.');
  if (issue.type === 'never') {
    const near = findNearNames(String(path.at(-1)), issue.message.split(' '));
    return { code: 'unknown-key', severity: 'error', file, path: name, near, ...at(json.locateKey(path)) };
  }
  const found = describeFound(issue.input);
  return {
    code: 'invalid-value',
    severity: 'error',
    file,
    path: name,
    found,
    allowed: issue.message,
    ...at(nearest(json, path)),
  };
}

/** A value that is missing is shown where it should have been. */
function nearest(json: ReadDocument['json'], path: readonly (string | number)[]): Problem['location'] | null {
  for (let length = path.length; length >= 0; length -= 1) {
    const location = json.locate(path.slice(0, length));
    if (location !== null) return location;
  }
  return null;
}

function at(location: Problem['location'] | null): { readonly location?: NonNullable<Problem['location']> } {
  return location === null || location === undefined ? {} : { location };
}

function describeFound(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'object' && value !== null) return 'an object';
  return JSON.stringify(value)?.slice(0, 60) ?? typeof value;
}
