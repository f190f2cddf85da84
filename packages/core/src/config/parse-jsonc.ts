import { parseTree, printParseErrorCode } from 'jsonc-parser';
import type { Node, ParseError } from 'jsonc-parser';
import type { WorkspacePath } from '../ids.ts';
import type { Problem, SourceLocation } from '../problem.ts';
import { findForeignEncoding } from './foreign-encoding.ts';
import { JsonLocator } from './json-locator.ts';
import type { ValuePath } from './json-locator.ts';

export interface ParsedJson {
  /** What could be read; undefined where nothing could. Use it for further messages only while there are problems. */
  readonly value: unknown;
  readonly problems: readonly Problem[];
  /** Where a value stands; null where the file has no such value. The first call builds a syntax tree. */
  locate(path: ValuePath): SourceLocation | null;
  /** Where the key of a value stands, for what is wrong with the key itself. */
  locateKey(path: ValuePath): SourceLocation | null;
}

/** Beyond this, recursion over the value could overflow the stack. */
const maxDepth = 500;
const maxProblems = 50;

/**
 * Reads JSON with comments, trailing commas and a byte order mark. Every syntax error is reported
 * (50 at most). Keys such as `__proto__` become plain properties.
 */
export function parseJsonc(text: string, file: WorkspacePath): ParsedJson {
  const source = text.startsWith('\uFEFF') ? text.slice(1) : text;
  const deep = hasManyBrackets(source) ? findTooDeep(source) : null;
  const { value, errors } = deep === null ? parseValue(source) : { value: undefined, errors: [deep] };
  const locator = new JsonLocator(source, file);
  const facts = { code: 'invalid-syntax', severity: 'error', file } as const;
  const encoding = errors.length === 0 ? null : findForeignEncoding(source);
  const problems: readonly Problem[] =
    encoding === null
      ? errors.slice(0, maxProblems).map(({ detail, offset, length }) => ({
          ...facts,
          detail,
          location: locator.locationAt(offset, length),
        }))
      : [{ ...facts, detail: encoding }];
  return {
    value,
    problems,
    locate: (path) => (deep === null ? locator.locate(path, 'value') : null),
    locateKey: (path) => (deep === null ? locator.locate(path, 'key') : null),
  };
}

interface SyntaxFault {
  readonly detail: string;
  readonly offset: number;
  readonly length: number;
}

/** Most files are plain JSON, for which the engine's own parser is many times faster. */
function parseValue(source: string): { readonly value: unknown; readonly errors: readonly SyntaxFault[] } {
  try {
    return { value: JSON.parse(source), errors: [] };
  } catch {
    const errors: ParseError[] = [];
    const tree = parseTree(source, errors, { allowTrailingComma: true });
    return { value: tree === undefined ? undefined : toValue(tree), errors: errors.filter(isNews).map(describeError) };
  }
}

function toValue(node: Node): unknown {
  if (node.type === 'array') return (node.children ?? []).map(toValue);
  if (node.type !== 'object') return node.value as unknown;
  const entries: [string, unknown][] = [];
  for (const property of node.children ?? []) {
    const [key, value] = property.children ?? [];
    if (key !== undefined && value !== undefined) entries.push([String(key.value), toValue(value)]);
  }
  return Object.fromEntries(entries);
}

/** Without as many brackets that open, nothing can be too deep: finding the few of a manifest is cheaper than a look at each character. */
function hasManyBrackets(source: string): boolean {
  let left = maxDepth;
  for (const bracket of ['{', '[']) {
    for (let at = source.indexOf(bracket); at !== -1; at = source.indexOf(bracket, at + 1)) {
      left -= 1;
      if (left < 0) return true;
    }
  }
  return false;
}

/** Counts brackets wherever they stand first, since that is cheap; looks closely only where there are many. */
function findTooDeep(source: string): SyntaxFault | null {
  let depth = 0;
  for (let index = 0; index < source.length; index++) {
    const unit = source.charCodeAt(index);
    if (unit === 0x7b || unit === 0x5b) depth++;
    else if (unit === 0x7d || unit === 0x5d) depth--;
    if (depth > maxDepth) return findTooDeepToken(source);
  }
  return null;
}

const tokens = /"[^"\\]*(?:\\[^][^"\\]*)*"?|\/\/.*|\/\*[^]*?\*\/|[{}[\]]/g;

function findTooDeepToken(source: string): SyntaxFault | null {
  let depth = 0;
  for (const { 0: token, index } of source.matchAll(tokens)) {
    if (token === '{' || token === '[') depth++;
    else if (token === '}' || token === ']') depth--;
    if (depth > maxDepth) return { detail: `nested more than ${maxDepth} levels deep`, offset: index, length: 1 };
  }
  return null;
}

/** After a word that is no JSON value, that a value is missing there is no news. */
function isNews({ error }: ParseError, index: number, errors: readonly ParseError[]): boolean {
  const before = errors[index - 1];
  if (before === undefined || printParseErrorCode(error) !== 'ValueExpected') return true;
  return printParseErrorCode(before.error) !== 'InvalidSymbol';
}

function describeError({ error, offset, length }: ParseError): SyntaxFault {
  return { detail: errorDetails[printParseErrorCode(error)] ?? 'not JSON', offset, length };
}

const errorDetails: Readonly<Record<string, string>> = {
  InvalidSymbol: 'not a JSON value',
  InvalidNumberFormat: 'not a JSON number',
  PropertyNameExpected: 'expected a key in double quotes',
  ValueExpected: 'expected a value',
  ColonExpected: 'expected ":"',
  CommaExpected: 'expected ","',
  CloseBraceExpected: 'expected "}"',
  CloseBracketExpected: 'expected "]"',
  EndOfFileExpected: 'expected the end of the file',
  UnexpectedEndOfComment: 'the comment is not closed',
  UnexpectedEndOfString: 'the string is not closed',
  UnexpectedEndOfNumber: 'the number is not complete',
  InvalidUnicode: 'not a unicode escape',
  InvalidEscapeCharacter: 'not an escape sequence',
  InvalidCharacter: 'a character that JSON does not allow',
};
