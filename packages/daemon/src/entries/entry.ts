import type { Readable } from 'node:stream';
import type { CacheProtocol } from '../archive/inspect-archive.ts';

/** What a client asks for. */
export interface EntryKey {
  readonly protocol: CacheProtocol;
  readonly hash: string;
}

/** Headers that travel with an artifact; empty for Nx. */
export type EntryAttributes = Readonly<Record<string, string>>;

export interface EntryFacts {
  readonly sizeBytes: number;
  readonly attributes: EntryAttributes;
}

/** A whole, verified artifact. Each `open` starts a new reading. */
export interface Entry extends EntryFacts {
  /** Of the artifact, in hex. */
  readonly sha256: string;
  /** A file that begins with the artifact; it may have been evicted since. */
  readonly fileAbsolute: string;
  readonly open: () => Readable;
}

/** Where an artifact was found. */
export type HitLevel = 'memory' | 'disk' | 'remote';

export function formatEntryKey({ protocol, hash }: EntryKey): string {
  return `${protocol}/${hash}`;
}
