import type { Problem, SourceLocation } from '../problem.ts';
import type { ValuePath } from './json-locator.ts';
import type { ParsedJson } from './parse-jsonc.ts';

/** A value together with what went wrong while reading it. */
export type Parsed<Value> = readonly [value: Value, problems: readonly Problem[]];

/** Where a raw value stands, so that whoever parses it can say what is wrong with it. */
export interface Place {
  readonly source: PlaceSource;
  readonly path: ValuePath;
}

/** Asked only when there is a problem. */
export interface PlaceSource {
  /** The name of the file, or of whatever else holds the value. */
  readonly file: () => string;
  readonly locate: (path: ValuePath) => SourceLocation | null;
  readonly locateKey: (path: ValuePath) => SourceLocation | null;
}

export function placeInFile(file: string, json: ParsedJson): Place {
  return { source: { file: () => file, locate: json.locate, locateKey: json.locateKey }, path: [] };
}

/** For values whose problems are not wanted. */
export const nowhere: Place = { source: { file: () => '', locate: () => null, locateKey: () => null }, path: [] };

export function placeAt(place: Place, ...steps: ValuePath): Place {
  return { source: place.source, path: [...place.path, ...steps] };
}

export function invalidValue(place: Place, found: unknown, allowed: string): Problem {
  return {
    code: 'invalid-value',
    severity: 'error',
    file: place.source.file(),
    path: formatPath(place.path),
    found: describeValue(found),
    allowed,
    ...locationOf(findNearest(place)),
  };
}

/** A warning where the key does no harm beside being without effect. */
export function unknownKey(place: Place, near: readonly string[], severity: Problem['severity']): Problem {
  return {
    code: 'unknown-key',
    severity,
    file: place.source.file(),
    path: formatPath(place.path),
    near,
    ...locationOf(place.source.locateKey(place.path)),
  };
}

export function unsupported(place: Place, feature: string, detail: string): Problem {
  return { code: 'unsupported', severity: 'error', feature, detail, ...locationOf(findNearest(place)) };
}

export function parseBoolean(raw: unknown, place: Place): Parsed<boolean> {
  return typeof raw === 'boolean' ? [raw, []] : [false, [invalidValue(place, raw, 'true or false')]];
}

export function locationOf(location: SourceLocation | null): { readonly location?: SourceLocation } {
  return location === null ? {} : { location };
}

/** A value that is missing is shown where it should have been: in whatever encloses it. */
function findNearest(place: Place): SourceLocation | null {
  for (let length = place.path.length; length >= 0; length--) {
    const location = place.source.locate(place.path.slice(0, length));
    if (location !== null) return location;
  }
  return null;
}

/** `targets.build.inputs[2]`; keys that are not plain words stand in quotes. */
function formatPath(path: ValuePath): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === 'number') return `${text}[${step}]`;
    if (!/^[\w$@/^-]+$/.test(step)) return `${text}[${JSON.stringify(step)}]`;
    return text === '' ? step : `${text}.${step}`;
  }, '');
}

const maxShownLength = 60;

/** Short enough for a message; never the content of an object, or what an address says of who asks. */
export function describeValue(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'object' && value !== null) return 'an object';
  const text = JSON.stringify(typeof value === 'string' ? hideCredentials(value) : value) ?? typeof value;
  return text.length > maxShownLength ? `${text.slice(0, maxShownLength - 1)}…` : text;
}

/** User names, passwords and tokens end up in addresses, and messages in logs that anybody may read. */
function hideCredentials(text: string): string {
  return text
    .replace(/^([a-z][a-z0-9+.-]*:\/*)\S*@/i, '$1…@')
    .replace(/^([a-z][a-z0-9+.-]*:\/\/[^?#]*)[?#].+$/is, '$1?…');
}
