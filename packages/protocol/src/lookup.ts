import { isJsonObject, parseTaskHash, type TaskHash } from '@larder/core';
import * as v from 'valibot';

/** Hashes in one lookup. */
export const lookupLimit = 1000;

/** No lookup request needs more: a thousand hashes, quoted, with room for white space. */
export const lookupRequestLimitBytes = 64 * 1024;

/** No lookup response needs more: a thousand hashes with their sizes, with room for white space. */
export const lookupResponseLimitBytes = 128 * 1024;

const taskHash = v.custom<TaskHash>((value) => typeof value === 'string' && parseTaskHash(value) !== null);
const lookupRequest = v.object({ hashes: v.pipe(v.array(taskHash), v.maxLength(lookupLimit)) });
const sizeBytes = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const lookupResponse = v.object({
  found: v.pipe(v.unknown(), v.check(isJsonObject), v.record(v.string(), sizeBytes)),
});

/** `{"hashes": ["…", …]}`: at most `lookupLimit` task hashes, else null. */
export function parseLookupRequest(body: unknown): readonly TaskHash[] | null {
  const parsed = v.safeParse(lookupRequest, body);
  return parsed.success ? parsed.output.hashes : null;
}

/** `{"found": {"<hash>": sizeBytes, …}}`: the hashes that exist; what is not named is a miss. Null where it is anything else. */
export function parseLookupResponse(body: unknown): ReadonlyMap<TaskHash, number> | null {
  const parsed = v.safeParse(lookupResponse, body);
  if (!parsed.success) return null;
  const found = new Map<TaskHash, number>();
  for (const [text, size] of Object.entries(parsed.output.found)) {
    const hash = parseTaskHash(text);
    if (hash === null || found.size >= lookupLimit) return null;
    found.set(hash, size);
  }
  return found;
}

export function formatLookupRequest(hashes: readonly TaskHash[]): string {
  return JSON.stringify({ hashes });
}

export function formatLookupResponse(found: ReadonlyMap<TaskHash, number>): string {
  return JSON.stringify({ found: Object.fromEntries(found) });
}
