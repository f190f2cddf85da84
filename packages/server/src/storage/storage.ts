import type { Readable } from 'node:stream';
import type { Scope } from '../identity/scope.ts';
import type { ScopeClass } from './scope-class.ts';

/** A keyspace per kind of client: bytes that came in through one are never served through another. */
export const namespaces = ['larder', 'nx', 'turborepo', 'bazel-ac', 'bazel-cas', 'gradle'] as const;
export type Namespace = (typeof namespaces)[number];

export interface EntryKey {
  readonly scope: Scope;
  readonly namespace: Namespace;
  /** The hash as the client spells it. */
  readonly name: string;
}

export interface EntryFacts {
  readonly key: EntryKey;
  /** Of the body. */
  readonly sizeBytes: number;
  /** 64 lowercase hex digits over the body, computed while it arrived. */
  readonly sha256: string;
  readonly storedAtEpochMs: number;
  /** The id of the identity that wrote it. */
  readonly storedBy: string;
  /** What the protocol wants to give back with the body: printable ASCII, a few hundred bytes. */
  readonly attributes: Readonly<Record<string, string>>;
}

export interface OpenEntry {
  readonly facts: EntryFacts;
  /** Small bodies come in memory. A stream must be read to its end or destroyed: it holds a file open. */
  readonly body: Uint8Array | Readable;
}

export interface Redirect {
  readonly facts: EntryFacts;
  /** Gives the body to everyone who has it, for a few minutes. */
  readonly url: string;
}

export interface EntryWrite {
  readonly key: EntryKey;
  /** Throws `BodyBrokenOff` where the sender goes away. */
  readonly body: AsyncIterable<Uint8Array>;
  /** As announced; null where the sender did not say. */
  readonly sizeBytes: number | null;
  readonly sha256: string | null;
  readonly storedBy: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/** Everything but `stored` leaves the storage as it was. */
export type WriteResult =
  | { readonly kind: 'stored'; readonly facts: EntryFacts }
  /** Entries are immutable: the bytes of whoever came first stay. */
  | { readonly kind: 'exists' }
  | { readonly kind: 'too-large'; readonly limitBytes: number }
  | { readonly kind: 'out-of-space' }
  | { readonly kind: 'size-mismatch'; readonly sizeBytes: number }
  | { readonly kind: 'digest-mismatch'; readonly sha256: string }
  | { readonly kind: 'broken-off' };

/**
 * A place for immutable entries. Calls may overlap in any way, and several processes may share one place.
 * A method rejects only for a broken machine.
 */
export interface Storage {
  head(key: EntryKey): Promise<EntryFacts | null>;
  /** Null is a miss, and so is an entry that turns out to be damaged. Counts as a use. */
  read(key: EntryKey): Promise<OpenEntry | null>;
  /** Consumes the body as fast as it can be kept, and no faster. May leave the rest of it unread. */
  write(write: EntryWrite): Promise<WriteResult>;
  /** False where there was no such entry. */
  delete(key: EntryKey): Promise<boolean>;
  /** In no order. Entries that come or go meanwhile may be missed or listed. */
  list(): AsyncIterable<EntryFacts>;
  /** Where a client may fetch the body itself; null, or absent, where it is to come from here. */
  findRedirect?(key: EntryKey): Promise<Redirect | null>;
  /** What is kept on this machine; absent where nobody counts. */
  totals?(scopeClass: ScopeClass): StoredTotals;
  close(): Promise<void>;
}

export interface StoredTotals {
  readonly entries: number;
  /** In whole blocks. */
  readonly sizeBytes: number;
}

/** The body of a request ended before it was complete. */
export class BodyBrokenOff extends Error {
  override readonly name = 'BodyBrokenOff';
}

/** Gives back what an entry holds that will not be read after all. */
export function closeEntry(entry: OpenEntry | null): void {
  if (entry !== null && !(entry.body instanceof Uint8Array)) entry.body.destroy();
}
