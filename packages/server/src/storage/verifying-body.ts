import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import type { EntryFacts } from './storage.ts';

/**
 * Passes a body on, its last chunk only when the digest of the whole is right: a reader of damaged bytes sees a
 * connection that breaks off.
 */
export function verifyingBody(body: Readable, facts: EntryFacts): Readable {
  return Readable.from(verify(body, facts), { objectMode: false });
}

async function* verify(body: Readable, facts: EntryFacts): AsyncGenerator<Buffer> {
  const digest = createHash('sha256');
  let held: Buffer | null = null;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    digest.update(chunk);
    if (held !== null) yield held;
    held = chunk;
  }
  if (digest.digest('hex') !== facts.sha256) throw new Error(`The bytes of ${facts.key.name} have changed.`);
  if (held !== null) yield held;
}
