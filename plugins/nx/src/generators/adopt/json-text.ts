import type { JsonValue } from '@larder/core';
import { findNodeAtLocation, getNodeValue, parseTree, type Node } from 'jsonc-parser';

/** A value in a JSON text, by the keys that lead to it; null where there is none. */
export function findValue(text: string, path: readonly string[]): Node | null {
  const root = parseTree(text, [], { allowTrailingComma: true });
  return (root === undefined ? undefined : findNodeAtLocation(root, [...path])) ?? null;
}

/** What the value is; undefined where there is none. */
export function valueAt(text: string, path: readonly string[]): JsonValue | undefined {
  const node = findValue(text, path);
  return node === null ? undefined : (getNodeValue(node) as JsonValue);
}

/** The source of a value, as it stands there. */
export function sourceOf(text: string, { offset, length }: Node): string {
  return text.slice(offset, offset + length);
}

export function replaceValue(text: string, { offset, length }: Node, source: string): string {
  return text.slice(0, offset) + source + text.slice(offset + length);
}

export function insertAt(text: string, offset: number, source: string): string {
  return text.slice(0, offset) + source + text.slice(offset);
}

/** Takes a property away with the comma and the blanks that `addProperty` of core puts around one. */
export function removeProperty(text: string, value: Node): string {
  const property = value.parent;
  const siblings = property?.parent?.children ?? [];
  const at = property === undefined ? -1 : siblings.indexOf(property);
  if (property === undefined || at < 0) return text;
  const before = siblings[at - 1];
  const after = siblings[at + 1];
  const start = before === undefined ? property.offset : before.offset + before.length;
  const end = before === undefined && after !== undefined ? after.offset : property.offset + property.length;
  return text.slice(0, start) + text.slice(end);
}

/** What lies between the start of the line and the value's property. */
export function indentOf(text: string, { parent, offset }: Node): string {
  const start = parent?.offset ?? offset;
  return /(?:^|\n)([^\S\n]*)[^\n]*$/.exec(text.slice(0, start))?.[1] ?? '';
}

/** Whether nothing but blanks stands before the value's property on its line. */
export function beginsLine(text: string, { parent, offset }: Node): boolean {
  return /(?:^|\n)[^\S\n]*$/.test(text.slice(0, parent?.offset ?? offset));
}
