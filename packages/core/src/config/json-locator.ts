import { parseTree } from 'jsonc-parser';
import type { Node } from 'jsonc-parser';
import type { WorkspacePath } from '../ids.ts';
import type { SourceLocation } from '../problem.ts';

/** Keys and indexes from the root of a file to a value. */
export type ValuePath = readonly (string | number)[];

/** Finds lines and columns in a JSON text. Works only when asked: most files have no problems. */
export class JsonLocator {
  readonly #source: string;
  readonly #file: WorkspacePath;
  #tree: Node | null | undefined;
  /** Values by their keys, of each object that was looked into. */
  readonly #objects = new Map<Node, ReadonlyMap<unknown, Node>>();
  #lineStarts: readonly number[] | undefined;

  /** `source` must not be nested so deeply that recursion over it overflows the stack. */
  constructor(source: string, file: WorkspacePath) {
    this.#source = source;
    this.#file = file;
  }

  locate(path: ValuePath, part: 'key' | 'value'): SourceLocation | null {
    if (this.#tree === undefined) this.#tree = parseTree(this.#source) ?? null;
    let value: Node | undefined = this.#tree ?? undefined;
    for (const step of path) value = value === undefined ? undefined : this.#findChild(value, step);
    if (value === undefined) return null;
    const key = part === 'key' && value.parent?.type === 'property' ? value.parent.children?.[0] : undefined;
    const node = key ?? value;
    return this.locationAt(node.offset, node.length);
  }

  #findChild(node: Node, step: string | number): Node | undefined {
    if (typeof step === 'number') return node.type === 'array' ? node.children?.[step] : undefined;
    if (node.type !== 'object') return undefined;
    let values = this.#objects.get(node);
    if (values === undefined) this.#objects.set(node, (values = indexValues(node)));
    return values.get(step);
  }

  /** The length ends with the line: a squiggle under many lines helps nobody. */
  locationAt(offset: number, length: number): SourceLocation {
    const starts = (this.#lineStarts ??= findLineStarts(this.#source));
    const line = countUpTo(starts, offset);
    const start = starts[line - 1] ?? 0;
    const end = line < starts.length ? (starts[line] ?? 0) - 1 : this.#source.length;
    return {
      file: this.#file,
      line,
      column: offset - start + 1,
      length: Math.max(1, Math.min(length, end - offset)),
    };
  }
}

/** Of values with the same key the first. */
function indexValues(object: Node): ReadonlyMap<unknown, Node> {
  const values = new Map<unknown, Node>();
  for (const { children: [key, value] = [] } of object.children ?? []) {
    if (key !== undefined && value !== undefined && !values.has(key.value)) values.set(key.value, value);
  }
  return values;
}

function findLineStarts(source: string): readonly number[] {
  const starts = [0];
  for (let index = source.indexOf('\n'); index !== -1; index = source.indexOf('\n', index + 1)) starts.push(index + 1);
  return starts;
}

/** How many of the sorted numbers are at most `limit`. */
function countUpTo(sorted: readonly number[], limit: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] ?? 0) <= limit) low = middle + 1;
    else high = middle;
  }
  return low;
}
