import { isEdited, readNote, type AdoptionNote } from './adoption-note.ts';
import { findValue, removeProperty, replaceValue, valueAt } from './json-text.ts';

/**
 * The file as it was before the target was adopted; null where it was not. An entry that was edited since stays as it is
 * written out, with the executor that it had.
 */
export function undoEntry(text: string, path: readonly string[]): string | null {
  const note = readNote(valueAt(text, path));
  const entry = findValue(text, path);
  if (note === null || entry === null) return null;
  if (isEdited(valueAt(text, path), note)) return changeBack(text, path, { ...note, cache: true });
  if (note.was === null) return removeEntry(text, path, note);
  return note.was === undefined ? changeBack(text, path, note) : replaceValue(text, entry, note.was);
}

/** With the objects that were made for it, as far as nothing else stands in them. */
function removeEntry(text: string, path: readonly string[], { made = 0, inside }: AdoptionNote): string {
  let remaining = path;
  for (let step = 0; step < made; step += 1) {
    const parent = findValue(text, remaining.slice(0, -1));
    if (parent?.children?.length !== 1) break;
    remaining = remaining.slice(0, -1);
  }
  const value = findValue(text, remaining);
  const around = findValue(text, remaining.slice(0, -1));
  if (around?.children?.length === 1 && inside !== undefined) return replaceValue(text, around, `{${inside}}`);
  return value === null ? text : removeProperty(text, value);
}

function changeBack(text: string, path: readonly string[], note: AdoptionNote): string {
  const steps = [
    (now: string) => removeNote(now, path),
    (now: string) => restoreCache(now, path, note),
    (now: string) => restoreExecutor(now, path, note),
  ];
  return steps.reduce((now, step) => step(now), text);
}

/** With the whole metadata, where nothing else stands in them. */
function removeNote(text: string, path: readonly string[]): string {
  const metadata = findValue(text, [...path, 'metadata']);
  const isAlone = metadata?.children?.length === 1;
  const value = isAlone ? metadata : findValue(text, [...path, 'metadata', 'larder']);
  return value === null ? text : removeProperty(text, value);
}

function restoreCache(text: string, path: readonly string[], note: AdoptionNote): string {
  const cache = findValue(text, [...path, 'cache']);
  if (cache === null) return text;
  return note.cache === true ? replaceValue(text, cache, 'true') : removeProperty(text, cache);
}

function restoreExecutor(text: string, path: readonly string[], note: AdoptionNote): string {
  const executor = findValue(text, [...path, 'executor']);
  return executor === null ? text : replaceValue(text, executor, JSON.stringify(note.executor));
}
