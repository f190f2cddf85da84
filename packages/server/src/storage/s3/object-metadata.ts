import type { EntryFacts } from '../storage.ts';
import { parseStoredFacts } from '../stored-facts.ts';

/** Amazon's limit for all user metadata of an object is 2 KB, names included. */
const limitBytes = 2000;
const name = 'larder';

/**
 * Throws where the facts are too long for a bucket: whoever writes keeps names and attributes short.
 * In base64url, because header values are ASCII and servers disagree about everything else.
 */
export function encodeMetadata(facts: EntryFacts): Record<string, string> {
  const encoded = Buffer.from(JSON.stringify(facts), 'utf8').toString('base64url');
  if (encoded.length + name.length > limitBytes) throw new RangeError('The facts of an entry are too long.');
  return { [name]: encoded };
}

/** Null where the object is not one of ours. */
export function decodeMetadata(metadata: Readonly<Record<string, string>> | undefined): EntryFacts | null {
  const encoded = metadata?.[name];
  return encoded === undefined ? null : parseStoredFacts(Buffer.from(encoded, 'base64url').toString('utf8'));
}
