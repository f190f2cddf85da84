import { isJsonObject, type JsonObject, type JsonValue } from '@larder/core';

export const adoptingExecutor = '@larder/nx:run';

/** What `metadata.larder` of an adopted target says. */
export interface AdoptionNote {
  /** What Larder runs in its place. */
  readonly executor: string;
  /** `"cache": true` stood in the file. */
  readonly cache?: true;
  /** The whole entry as it stood in the file; null where there was none. Absent: it was changed in place. */
  readonly was?: string | null;
  /** How many of the objects around the entry were made for it. */
  readonly made?: number;
}

/** Null where the entry is not an adopted one. */
export function readNote(entry: JsonValue | undefined): AdoptionNote | null {
  if (!isJsonObject(entry) || entry['executor'] !== adoptingExecutor || !isJsonObject(entry['metadata'])) return null;
  const note = entry['metadata']['larder'];
  if (!isJsonObject(note) || typeof note['executor'] !== 'string') return null;
  const { executor, cache, was, made } = note;
  return {
    executor,
    ...(cache === true ? { cache } : {}),
    ...(typeof was === 'string' || was === null ? { was } : {}),
    ...(typeof made === 'number' ? { made } : {}),
  };
}

/** An entry with the note, and the rest of its metadata behind it. */
export function withNote(entry: JsonObject, note: AdoptionNote): JsonObject {
  const { executor: _executor, command: _command, cache: _cache, metadata, ...rest } = entry;
  const own = isJsonObject(metadata) ? metadata : {};
  return { executor: adoptingExecutor, cache: false, ...rest, metadata: { larder: { ...note }, ...own } };
}
