import type { S3Options } from './s3/s3-options.ts';

/** How entries are kept. */
export interface StorageOptions {
  /** Of small bodies in memory; 0 keeps none. */
  readonly memoryBytes: number;
  /** The part of the bytes, 0 to 1, that scopes such as `pr/42` have for themselves; roots have the rest. */
  readonly derivedShare: number;
  /** Entries that nobody has used for so long go; null keeps them as long as there is room. */
  readonly maxAgeMs: number | null;
  /** Whether the name of a new entry is flushed to the disk too, so that it survives a power failure. */
  readonly flushFolders: boolean;
  /** A bucket that holds all entries; the disk is a cache of it then. Null keeps them on disk alone. */
  readonly s3: S3Options | null;
  /** Bodies in a bucket of this size and more: clients that follow redirects fetch them there. Null sends nobody. */
  readonly redirectFromBytes: number | null;
}

export const defaultStorageOptions: StorageOptions = {
  memoryBytes: 64_000_000,
  derivedShare: 0.25,
  maxAgeMs: null,
  flushFolders: false,
  s3: null,
  redirectFromBytes: null,
};
