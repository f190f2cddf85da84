import { addProperty, isJsonObject, type JsonObject, type JsonValue } from '@larder/core';
import { adoptingExecutor, readNote, withNote, type AdoptionNote } from './adoption-note.ts';
import { beginsLine, findValue, indentOf, insertAt, replaceValue, sourceOf, valueAt } from './json-text.ts';
import { undoEntry } from './undo-entry.ts';

export interface Adoption {
  /** Of the entry in the file: `targets`, the target's name; in package.json below `nx`. */
  readonly path: readonly string[];
  /** What the target runs, when everything is merged. */
  readonly executor: string;
  /** What has to stand in the entry, because with another executor Nx would not find it elsewhere. */
  readonly fill: JsonObject;
}

/**
 * The file with one target adopted; null where that could not be undone to the byte, or the file is not understood. An
 * entry that names its executor is changed in place; another one is written anew, with what stood there in its note.
 */
export function adoptEntry(text: string, adoption: Adoption): string | null {
  // Of a file that is not UTF-8, these bytes are lost when it is written.
  if (text.includes('\uFFFD')) return null;
  for (const adopt of [changeInPlace, replaceEntry, addEntry]) {
    const adopted = adopt(text, adoption);
    if (adopted !== null && undoEntry(adopted, adoption.path) === text) return adopted;
  }
  return null;
}

function changeInPlace(text: string, { path, executor, fill }: Adoption): string | null {
  const named = findValue(text, [...path, 'executor']);
  if (named === null || named.value !== executor || Object.keys(fill).length > 0) return null;
  const cache = findValue(text, [...path, 'cache']);
  if (cache !== null && cache.value !== true) return null;
  const note: AdoptionNote = { executor, ...(cache === null ? {} : { cache: true }) };
  const withCache = cache === null ? text : replaceValue(text, cache, 'false');
  const noted = addNote(withCache, { path, note, isCacheOff: cache !== null });
  const at = noted === null ? null : findValue(noted, [...path, 'executor']);
  return noted === null || at === null ? null : replaceValue(noted, at, JSON.stringify(adoptingExecutor));
}

function addNote(
  text: string,
  {
    path,
    note,
    isCacheOff,
  }: { readonly path: readonly string[]; readonly note: AdoptionNote; readonly isCacheOff: boolean },
): string | null {
  const executor = findValue(text, [...path, 'executor']);
  if (executor === null) return null;
  const comma = beginsLine(text, executor) ? `,${lineBreakOf(text)}${indentOf(text, executor)}` : ', ';
  const cacheOff = isCacheOff ? '' : `${comma}"cache": false`;
  const source = oneLine({ larder: { ...note } });
  const metadata = findValue(text, [...path, 'metadata']);
  const end = executor.offset + executor.length;
  if (metadata === null) return insertAt(text, end, `${cacheOff}${comma}"metadata": ${source}`);
  const first = metadata.children?.[0];
  // The later of two insertions first: it leaves the place of the other where it is.
  if (first === undefined || first.offset < end) return null;
  return insertAt(insertAt(text, first.offset, `"larder": ${oneLine({ ...note })}, `), end, cacheOff);
}

function replaceEntry(text: string, { path, executor, fill }: Adoption): string | null {
  const node = findValue(text, path);
  const entry = node === null ? undefined : valueAt(text, path);
  if (node === null || !isJsonObject(entry)) return null;
  const note = { executor, was: sourceOf(text, node) };
  return replaceValue(text, node, manyLines(withNote({ ...entry, ...fill }, note), text, indentOf(text, node)));
}

function addEntry(text: string, { path, executor, fill }: Adoption): string | null {
  if (findValue(text, path) !== null) return null;
  const parents = path.slice(0, -1);
  const known = parents.findLastIndex((_, index) => findValue(text, parents.slice(0, index + 1)) !== null) + 1;
  const beside = readNotes(valueAt(text, parents));
  const made = Math.max(parents.length - known, ...beside.map((note) => note.made ?? 0));
  const inside = blankOf(text, path.slice(0, known)) ?? beside.find((note) => note.inside !== undefined)?.inside;
  const note: AdoptionNote = {
    executor,
    was: null,
    ...(made === 0 ? {} : { made }),
    ...(inside === undefined ? {} : { inside }),
  };
  const missing = path.slice(known);
  const value = missing.toReversed().reduce<JsonValue>((inner, key) => ({ [key]: inner }), withNote(fill, note));
  const [key = ''] = missing;
  return addProperty(text, path.slice(0, known), [key, (value as JsonObject)[key]!]);
}

/** Of entries beside which this one comes to stand: whichever of them goes last takes along what was made for all. */
function readNotes(siblings: JsonValue | undefined): readonly AdoptionNote[] {
  return isJsonObject(siblings) ? Object.values(siblings).flatMap((entry) => readNote(entry) ?? []) : [];
}

/** What stands between the brackets of an empty object. */
function blankOf(text: string, path: readonly string[]): string | undefined {
  const node = findValue(text, path);
  return node?.type === 'object' && node.children?.length === 0 ? sourceOf(text, node).slice(1, -1) : undefined;
}

function lineBreakOf(text: string): string {
  return text.includes('\r\n') ? '\r\n' : '\n';
}

/** As a formatter writes a short object. */
function oneLine(value: JsonValue): string {
  if (!isJsonObject(value)) return JSON.stringify(value);
  return `{ ${Object.entries(value)
    .map(([key, inner]) => `${JSON.stringify(key)}: ${oneLine(inner)}`)
    .join(', ')} }`;
}

function manyLines(value: JsonValue, text: string, indent: string): string {
  const unit = /\n([^\S\n]+)"/.exec(text)?.[1] ?? '  ';
  return JSON.stringify(value, null, unit).replaceAll('\n', `${lineBreakOf(text)}${indent}`);
}
