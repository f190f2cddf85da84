import { createHash } from 'node:crypto';
import { isJsonObject, type JsonObject, type JsonValue } from '@larder/core';

export const adoptingExecutor = '@larder/nx:run';

/** Of Nx 24: in its place come the values of the place below. */
export const spreadToken = '...';

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
  /** What stood between the brackets of the object that the entry was put into, where that was empty. */
  readonly inside?: string;
  /** Of the entry as it was written, without this note: by it an edit is told. Absent: it was changed in place. */
  readonly digest?: string;
}

/** Null where the entry is not an adopted one. */
export function readNote(entry: JsonValue | undefined): AdoptionNote | null {
  if (!isJsonObject(entry) || entry['executor'] !== adoptingExecutor || !isJsonObject(entry['metadata'])) return null;
  const note = entry['metadata']['larder'];
  if (!isJsonObject(note) || typeof note['executor'] !== 'string') return null;
  const { executor, cache, was, made, inside, digest } = note;
  return {
    executor,
    ...(cache === true ? { cache } : {}),
    ...(typeof was === 'string' || was === null ? { was } : {}),
    ...(typeof made === 'number' ? { made } : {}),
    ...(typeof inside === 'string' ? { inside } : {}),
    ...(typeof digest === 'string' ? { digest } : {}),
  };
}

/** Whether somebody has changed an entry that was written out. */
export function isEdited(entry: JsonValue | undefined, { digest }: AdoptionNote): boolean {
  return digest !== undefined && isJsonObject(entry) && digestOf(entry) !== digest;
}

/** An entry written out, with the note, and the rest of its metadata behind it. */
export function withNote(entry: JsonObject, note: AdoptionNote): JsonObject {
  const { executor: _executor, command: _command, cache: _cache, [spreadToken]: _spread, metadata, ...rest } = entry;
  const own = isJsonObject(metadata) ? metadata : {};
  const write = (noted: AdoptionNote): JsonObject => ({
    executor: adoptingExecutor,
    cache: false,
    ...rest,
    metadata: { larder: { ...noted }, ...own },
  });
  return write({ ...note, digest: digestOf(write(note)) });
}

function digestOf({ metadata, ...entry }: JsonObject): string {
  const { larder: _larder, ...own } = isJsonObject(metadata) ? metadata : {};
  return createHash('sha256')
    .update(JSON.stringify([entry, own]))
    .digest('hex')
    .slice(0, 12);
}
