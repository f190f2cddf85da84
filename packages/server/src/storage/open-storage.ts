import type { RecordFact } from '../server-event.ts';
import { BucketStorage } from './bucket-storage.ts';
import { DiskStorage } from './disk-storage.ts';
import { MemoryStorage } from './memory-storage.ts';
import { divideBytes } from './scope-class.ts';
import type { StorageOptions } from './storage-options.ts';
import type { Storage } from './storage.ts';

export interface OpenStorageOptions extends StorageOptions {
  readonly directory: string;
  readonly maxBytes: number;
  readonly maxBodyBytes: number;
  readonly staleAfterMs: number;
  readonly epochMs: () => number;
  readonly record: RecordFact;
}

const hour = 3_600_000;
const memoryAgeMs = 60_000;
const largestBodyInMemory = 64 * 1024;

/** Well below the time after which clients are answered without the storage. */
const fillWaitMs = 3_000;

/** The chain of levels: memory, disk, and a bucket where there is one. Rejects where a level cannot be used. */
export async function openStorage(options: OpenStorageOptions): Promise<Storage> {
  const disk = await openDisk(options);
  try {
    const below = options.s3 === null ? disk : await openBucketBehind(disk, options);
    const { memoryBytes, epochMs } = options;
    if (memoryBytes === 0) return below;
    const limits = { maxBytes: memoryBytes, maxBodyBytes: largestBodyInMemory, maxAgeMs: memoryAgeMs };
    return new MemoryStorage({ below, ...limits, epochMs });
  } catch (error) {
    await disk.close();
    throw error;
  }
}

/** The disk alone, for the commands that look after it. */
export async function openDisk(options: Omit<OpenStorageOptions, 's3' | 'memoryBytes'>): Promise<DiskStorage> {
  const { maxBytes, derivedShare } = options;
  return await DiskStorage.open({ ...options, maxBytes: divideBytes(maxBytes, derivedShare), noteUseEveryMs: hour });
}

async function openBucketBehind(disk: DiskStorage, options: OpenStorageOptions): Promise<Storage> {
  const { s3, redirectFromBytes, record } = options;
  if (s3 === null) return disk;
  const { S3Level } = await import('./s3/s3-level.ts');
  const bucket = await S3Level.open(s3);
  record({ type: 'bucket-opened', bucket: s3.bucket, conditionalWrites: bucket.conditionalWrites });
  return new BucketStorage({ bucket, disk, fillWaitMs, redirectFromBytes, record });
}
