import type { Readable } from 'node:stream';
import type { CacheProtocol } from '../archive/inspect-archive.ts';

/** What a client asks for. */
export interface EntryKey {
  readonly protocol: CacheProtocol;
  readonly hash: string;
  /** For a client that takes nothing unsigned: what others store is not in its way, nor what it stores in theirs. */
  readonly isSigned?: true;
}

/** Headers that travel with an artifact; empty for Nx. */
export type EntryAttributes = Readonly<Record<string, string>>;

export interface EntryFacts {
  readonly sizeBytes: number;
  readonly attributes: EntryAttributes;
}

/** Whether turbo has signed it; only turbo can tell whether by the right key. */
export function carriesSignature(attributes: EntryAttributes): boolean {
  return attributes['x-artifact-tag'] !== undefined;
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

export function formatEntryKey({ protocol, hash, isSigned }: EntryKey): string {
  return `${protocol}${isSigned === true ? '-signed' : ''}/${hash}`;
}
