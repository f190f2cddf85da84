import type { Entry, HitLevel } from './entries/entry.ts';
import type { Received } from './upstream/upstream.ts';

export interface Found {
  readonly level: HitLevel;
  readonly entry: Entry;
}

/** One that is under way. */
export interface Lookup {
  /** Never rejects; null is a miss. */
  readonly found: Promise<Found | null>;
  /** Whether a client waits for it. */
  isAsked: boolean;
}

/** What nobody has asked for, on its way. */
export interface AheadLookup {
  /** Never rejects. The size is that of what was fetched, or 0. */
  readonly done: Promise<{ readonly kind: AheadOutcome['kind']; readonly sizeBytes: number }>;
  /** Breaks it off, unless a client waits for it by now. */
  giveUp(): void;
}

export type AheadOutcome =
  | { readonly kind: 'found'; readonly found: Found }
  /** It was on the disk before. */
  | { readonly kind: 'known'; readonly found: Found }
  /** The server has it not, or something went wrong. */
  | { readonly kind: 'absent' | 'failed'; readonly found: null };

export interface AheadBound {
  readonly limitBytes: number;
  readonly isAwaited: () => boolean;
  readonly giveUp: () => void;
}

export class GivenUp extends Error {
  override readonly name = 'GivenUp';
  override readonly message = 'nobody waits for it';
}

/** The body, as long as it stays within the limit or somebody waits for it. */
export async function* limitAhead(
  { body, sizeBytes }: Received,
  { limitBytes, isAwaited, giveUp }: AheadBound,
): AsyncGenerator<Uint8Array> {
  const check = (bytes: number): void => {
    if (bytes <= limitBytes || isAwaited()) return;
    giveUp();
    throw new GivenUp();
  };
  check(sizeBytes ?? 0);
  let receivedBytes = 0;
  for await (const chunk of body) {
    receivedBytes += chunk.byteLength;
    check(receivedBytes);
    yield chunk;
  }
}
