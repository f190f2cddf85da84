import type { IncomingHttpHeaders } from 'node:http';
import { turborepoEchoHeaders, type TurborepoEvent } from '@larder/protocol';
import type { TaskCounts } from '../stats/usage-counts.ts';
import type { EntryFacts } from '../storage/storage.ts';

const headerValue = /^[\x21-\x7e]{1,512}$/;

/** Null where one of them cannot be what turbo sends. */
export function readEchoHeaders(headers: IncomingHttpHeaders): Readonly<Record<string, string>> | null {
  const attributes: Record<string, string> = {};
  for (const name of turborepoEchoHeaders) {
    const value = headers[name];
    if (value === undefined) continue;
    if (typeof value !== 'string' || !headerValue.test(value)) return null;
    if (name === 'x-artifact-duration' && !/^[0-9]{1,12}$/.test(value)) return null;
    attributes[name] = value;
  }
  return attributes;
}

/** One value of the batch query's answer; null is a miss. */
export function describeHead(facts: EntryFacts | undefined) {
  if (facts === undefined) return null;
  const { 'x-artifact-duration': duration, 'x-artifact-tag': tag } = facts.attributes;
  const { 'x-artifact-sha': sha, 'x-artifact-dirty-hash': dirtyHash } = facts.attributes;
  return { size: facts.sizeBytes, taskDurationMs: Number(duration ?? 0), tag, sha, dirtyHash };
}

/**
 * What a run's events say about the use of the cache. turbo asks its local cache first and the remote one then: a
 * miss there is a task that was executed.
 */
export function countEvents(events: readonly TurborepoEvent[]): Readonly<Partial<TaskCounts>> {
  const hits = events.filter(({ event }) => event === 'HIT');
  const localHits = hits.filter(({ source }) => source === 'LOCAL').length;
  const executed = events.filter(({ event, source }) => event === 'MISS' && source === 'REMOTE').length;
  const savedMs = hits.reduce((sum, { duration }) => sum + duration, 0);
  return { localHits, remoteHits: hits.length - localHits, executed, savedMs };
}
