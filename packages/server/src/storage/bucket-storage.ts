import type { RecordFact } from '../server-event.ts';
import type { DiskStorage } from './disk-storage.ts';
import { entryPath } from './entry-path.ts';
import { FillOnce } from './fill-once.ts';
import type { S3Level } from './s3/s3-level.ts';
import type {
  EntryFacts,
  EntryKey,
  EntryWrite,
  OpenEntry,
  Redirect,
  Storage,
  StoredTotals,
  WriteResult,
} from './storage.ts';
import type { ScopeClass } from './scope-class.ts';
import { verifyingBody } from './verifying-body.ts';

export interface BucketStorageOptions {
  readonly bucket: S3Level;
  /** A cache of the bucket, and where uploads are received. */
  readonly disk: DiskStorage;
  /** How long a reader waits for the disk to be filled before it reads from the bucket itself. */
  readonly fillWaitMs: number;
  /** Bodies of this size and more may be fetched from the bucket by the client itself; null for none. */
  readonly redirectFromBytes: number | null;
  readonly record: RecordFact;
}

/**
 * A bucket with a disk before it. The bucket alone says what exists, so that clients do not rely on what only one
 * replica remembers; a read may come from the disk. A write has reached the bucket when it is answered.
 */
export class BucketStorage implements Storage {
  readonly #options: BucketStorageOptions;
  readonly #fills: FillOnce;
  /** Absent where no body is to be fetched from the bucket, so that nobody asks in vain. */
  readonly findRedirect?: (key: EntryKey) => Promise<Redirect | null>;

  constructor(options: BucketStorageOptions) {
    this.#options = options;
    this.#fills = new FillOnce({ waitMs: options.fillWaitMs, atOnce: 8, waiting: 256 });
    const { bucket, redirectFromBytes } = options;
    if (redirectFromBytes !== null) this.findRedirect = (key) => findRedirect(bucket, key, redirectFromBytes);
  }

  totals(scopeClass: ScopeClass): StoredTotals {
    return this.#options.disk.totals(scopeClass);
  }

  async head(key: EntryKey): Promise<EntryFacts | null> {
    return await this.#options.bucket.head(key);
  }

  async read(key: EntryKey): Promise<OpenEntry | null> {
    const near = await this.#options.disk.read(key);
    if (near !== null) return near;
    const filled = await this.#fills.fill(entryPath(key), () => this.#fill(key));
    if (filled === 'missing') return null;
    return (await this.#options.disk.read(key)) ?? (await this.#readBucket(key));
  }

  /** Receives all of the body before the bucket sees any of it: what is wrong or breaks off never gets there. */
  async write(write: EntryWrite): Promise<WriteResult> {
    const { bucket, disk } = this.#options;
    if ((await bucket.head(write.key)) !== null) return { kind: 'exists' };
    return await disk.receive(write, async ({ facts, absolutePath }) => {
      switch (await bucket.put(facts, absolutePath)) {
        case 'stored':
          return { publish: 'replace', result: { kind: 'stored', facts } };
        case 'exists':
          return { publish: 'nothing', result: { kind: 'exists' } };
        case 'busy':
          return { publish: 'nothing', result: { kind: 'out-of-space' } };
      }
    });
  }

  async delete(key: EntryKey): Promise<boolean> {
    const isGone = await this.#options.bucket.delete(key);
    await this.#options.disk.delete(key);
    return isGone;
  }

  list(): AsyncIterable<EntryFacts> {
    return this.#options.bucket.list();
  }

  async close(): Promise<void> {
    await this.#fills.settled();
    await this.#options.disk.close();
    this.#options.bucket.close();
  }

  /** The disk verifies the digest while it keeps the body, so that nothing damaged gets there. */
  async #fill(key: EntryKey): Promise<'filled' | 'missing' | 'direct'> {
    const { bucket, disk, record } = this.#options;
    const found = await bucket.read(key);
    if (found === null) return 'missing';
    const { facts, body } = found;
    const { sizeBytes, sha256, storedBy, attributes } = facts;
    try {
      const result = await disk.write({ key, body, sizeBytes, sha256, storedBy, attributes });
      if (result.kind === 'stored' || result.kind === 'exists') return 'filled';
      if (result.kind !== 'digest-mismatch') return 'direct';
      record({ type: 'entry-damaged', path: entryPath(key) });
      return 'missing';
    } catch (error) {
      record({ type: 'storage-failed', detail: `bucket: ${String(error)}` });
      return 'direct';
    } finally {
      body.destroy();
    }
  }

  async #readBucket(key: EntryKey): Promise<OpenEntry | null> {
    const found = await this.#options.bucket.read(key);
    return found === null ? null : { facts: found.facts, body: verifyingBody(found.body, found.facts) };
  }
}

async function findRedirect(bucket: S3Level, key: EntryKey, fromBytes: number): Promise<Redirect | null> {
  const facts = await bucket.head(key);
  return facts === null || facts.sizeBytes < fromBytes ? null : { facts, url: await bucket.presign(key) };
}
