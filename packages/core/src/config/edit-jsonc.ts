import { createScanner, findNodeAtLocation, parseTree } from 'jsonc-parser';
import type { Node, ParseError } from 'jsonc-parser';
import type { JsonValue } from '../json.ts';
import type { ValuePath } from './json-locator.ts';
import { formatJson, styleOf, type JsonStyle } from './json-style.ts';

/**
 * Adds a property to the object at `path`, everything else as it was: comments, order, indentation, line ends. Keys that
 * are in order stay so. Null where the text does not parse, there is no such object, or it has the key already.
 */
export function addProperty(
  text: string,
  path: ValuePath,
  [key, value]: readonly [key: string, value: JsonValue],
): string | null {
  const object = findPlain(text, path, 'object');
  if (object === null || keysOf(object).includes(key)) return null;
  const style = styleOf(text);
  const entry = (indent: string): string => `${JSON.stringify(key)}: ${formatJson(value, { ...style, indent })}`;
  return insert(text, { parent: object, after: placeOf(key, object), style, entry });
}

/** The same for an element at the end of the array at `path`. */
export function appendElement(text: string, path: ValuePath, value: JsonValue): string | null {
  const array = findPlain(text, path, 'array');
  if (array === null) return null;
  const style = styleOf(text);
  const entry = (indent: string): string => formatJson(value, { ...style, indent });
  return insert(text, { parent: array, after: (array.children ?? []).length - 1, style, entry });
}

/** Null also where a key on the way stands there twice: which of them counts is anybody's guess. */
function findPlain(text: string, path: ValuePath, type: 'object' | 'array'): Node | null {
  const errors: ParseError[] = [];
  const root = parseTree(withoutMark(text), errors, { allowTrailingComma: true });
  if (root === undefined || errors.length > 0) return null;
  const isAmbiguous = path.some((key, depth) => {
    const parent = findNodeAtLocation(root, path.slice(0, depth));
    return parent?.type === 'object' && keysOf(parent).filter((each) => each === key).length > 1;
  });
  const node = isAmbiguous ? undefined : findNodeAtLocation(root, [...path]);
  return node?.type === type ? node : null;
}

function keysOf(object: Node): readonly string[] {
  return (object.children ?? []).map((property) => String(property.children?.[0]?.value));
}

/** The index of the property that the key follows; -1: it comes first. */
function placeOf(key: string, object: Node): number {
  const keys = keysOf(object);
  const isSorted = keys.length > 1 && keys.every((each, index) => index === 0 || keys[index - 1]! <= each);
  return isSorted ? keys.filter((each) => each < key).length - 1 : keys.length - 1;
}

interface Insertion {
  readonly parent: Node;
  /** The index of the child that it follows. */
  readonly after: number;
  readonly style: JsonStyle;
  /** What is inserted, given the indentation of the line on which it begins. */
  readonly entry: (indent: string) => string;
}

function insert(text: string, { parent, after, style, entry }: Insertion): string | null {
  const mark = text.slice(0, text.length - withoutMark(text).length);
  const source = withoutMark(text);
  const children = parent.children ?? [];
  const edited =
    children.length === 0
      ? fill(source, parent, { style, entry })
      : after < 0
        ? putBefore(source, children[0]!, { style, entry })
        : putAfter(source, children[after]!, { style, entry });
  return edited === null ? null : mark + edited;
}

type Content = Pick<Insertion, 'style' | 'entry'>;

/** Null where comments stand between the brackets: there is no telling what they are about. */
function fill(source: string, parent: Node, { style, entry }: Content): string | null {
  const inner = source.slice(parent.offset + 1, parent.offset + parent.length - 1);
  if (inner.trim() !== '') return null;
  const outer = lineIndentAt(source, parent.offset);
  const indent = outer + style.unit;
  const content =
    parent.type === 'array' ? entry(outer) : `${style.lineEnd}${indent}${entry(indent)}${style.lineEnd}${outer}`;
  return splice(source, parent.offset + 1, { remove: inner.length, add: content });
}

function putBefore(source: string, child: Node, { style, entry }: Content): string {
  const indent = ownIndentOf(source, child);
  const add =
    indent === null ? `${entry(lineIndentAt(source, child.offset))}, ` : `${entry(indent)},${style.lineEnd}${indent}`;
  return splice(source, child.offset, { remove: 0, add });
}

function putAfter(source: string, child: Node, { style, entry }: Content): string {
  const end = child.offset + child.length;
  const indent = ownIndentOf(source, child);
  if (indent === null) {
    return splice(source, end, { remove: 0, add: `, ${entry(lineIndentAt(source, child.offset))}` });
  }
  const comma = findComma(source, end);
  // A comment at the end of the line belongs to what stands before it.
  const lineEnd = endOfLine(source, comma ?? end);
  const line = `${style.lineEnd}${indent}${entry(indent)}`;
  const withLine = splice(source, lineEnd, { remove: 0, add: comma === null ? line : `${line},` });
  return comma === null ? splice(withLine, end, { remove: 0, add: ',' }) : withLine;
}

/** The offset behind the comma that follows, past blanks and comments; null where none does. */
function findComma(source: string, from: number): number | null {
  const scanner = createScanner(source, true);
  scanner.setPosition(from);
  const next: number = scanner.scan();
  return next === commaToken ? scanner.getPosition() : null;
}

/** `SyntaxKind.CommaToken`, which the library declares as a constant that is gone at run time. */
const commaToken = 5;

/** Where the line ends, if nothing but blanks and comments stand on the rest of it; else the offset itself. */
function endOfLine(source: string, from: number): number {
  const rest = /^(?:[^\S\r\n]|\/\*(?:(?!\*\/)[^\r\n])*\*\/)*(?:\/\/[^\r\n]*)?(?=[\r\n]|$)/.exec(source.slice(from));
  return from + (rest?.[0].length ?? 0);
}

/** The blanks before a child that begins its line; null where something else stands before it. */
function ownIndentOf(source: string, child: Node): string | null {
  return /(?:^|[\r\n])([^\S\r\n]*)$/.exec(source.slice(0, child.offset))?.[1] ?? null;
}

function lineIndentAt(source: string, offset: number): string {
  const line =
    source
      .slice(0, offset)
      .split(/\r\n|[\r\n]/)
      .at(-1) ?? '';
  return /^[^\S\r\n]*/.exec(line)?.[0] ?? '';
}

function splice(source: string, at: number, { remove, add }: { remove: number; add: string }): string {
  return source.slice(0, at) + add + source.slice(at + remove);
}

function withoutMark(text: string): string {
  return text.startsWith('\uFEFF') ? text.slice(1) : text;
}
