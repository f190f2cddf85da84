import type { Readable } from 'node:stream';
import { Slots } from '../slots.ts';
import type { EntryFacts, EntryKey } from '../storage.ts';
import { isNotFound, openBucket, type Bucket } from './bucket.ts';
import { withClaim } from './claim-object.ts';
import { decodeMetadata, encodeMetadata } from './object-metadata.ts';
import { objectKey } from './object-key.ts';
import { honoursConditions } from './probe-conditional-writes.ts';
import { putObject } from './put-object.ts';
import { listKeys, readVerifiedObject, removeObject } from './verify-object.ts';
import type { S3Options } from './s3-options.ts';

export interface OpenObject {
  readonly facts: EntryFacts;
  /** Must be read to its end or destroyed. Not verified: whoever keeps it compares the digest. */
  readonly body: Readable;
}

/** `busy` where other writers of the entry were in the way all the time. */
export type PutResult = 'stored' | 'exists' | 'busy';

/** Each holds two parts in memory. */
const uploadsAtOnce = 4;
const uploadsWaiting = 1000;

/** Long enough for a client to follow a redirect, too short to pass the address on. */
const redirectSeconds = 300;

/**
 * Entries as objects of a bucket, the level that all replicas share: what is here exists, what is not does not.
 * Rejects where the bucket cannot be reached.
 */
export class S3Level {
  readonly #bucket: Bucket;
  readonly #isNative: boolean;
  readonly #uploads = new Slots({ atOnce: uploadsAtOnce, waiting: uploadsWaiting });

  readonly #putting = new Map<string, Promise<PutResult>>();

  private constructor(bucket: Bucket, isNative: boolean) {
    this.#bucket = bucket;
    this.#isNative = isNative;
  }

  /** Rejects where the bucket cannot be written to. */
  static async open(options: S3Options): Promise<S3Level> {
    const bucket = await openBucket(options);
    const isNative =
      options.conditionalWrites === 'auto' ? await honoursConditions(bucket) : options.conditionalWrites === 'native';
    return new S3Level(bucket, isNative);
  }

  /** Whether the bucket itself keeps the first of two writers. */
  get conditionalWrites(): 'native' | 'claims' {
    return this.#isNative ? 'native' : 'claims';
  }

  async head(key: EntryKey): Promise<EntryFacts | null> {
    const { client, sdk } = this.#bucket;
    try {
      const head = await client.send(new sdk.HeadObjectCommand(this.#placeOf(key)));
      return this.#factsOf(key, head.Metadata, head.ContentLength);
    } catch (error) {
      if (isNotFound(error)) return null;
      throw error;
    }
  }

  async read(key: EntryKey): Promise<OpenObject | null> {
    const { client, sdk } = this.#bucket;
    try {
      const found = await client.send(new sdk.GetObjectCommand(this.#placeOf(key)));
      const body = found.Body as Readable | undefined;
      const facts = this.#factsOf(key, found.Metadata, found.ContentLength);
      if (facts !== null && body !== undefined) return { facts, body };
      body?.destroy();
      return null;
    } catch (error) {
      if (isNotFound(error)) return null;
      throw error;
    }
  }

  /** Uploads a file that begins with the body. */
  async put(facts: EntryFacts, absolutePath: string): Promise<PutResult> {
    const key = objectKey(this.#bucket.options.prefix, facts.key);
    // Writers of one entry in this process take turns, so that only replicas have to agree through the bucket.
    for (let ahead = this.#putting.get(key); ahead !== undefined; ahead = this.#putting.get(key)) {
      if ((await ahead) === 'stored') return 'exists';
    }
    const putting = this.#uploads.run(() => this.#put(facts, absolutePath)).then((result) => result ?? 'busy');
    const settled = putting.catch(() => 'busy' as const).finally(() => this.#putting.delete(key));
    this.#putting.set(key, settled);
    return await putting;
  }

  async #put(facts: EntryFacts, absolutePath: string): Promise<PutResult> {
    const key = objectKey(this.#bucket.options.prefix, facts.key);
    const body = { facts, absolutePath, metadata: encodeMetadata(facts) };
    if (this.#isNative) {
      return (await putObject(this.#bucket, key, { ...body, isConditional: true })) ? 'stored' : 'exists';
    }
    const result = await withClaim(this.#bucket, key, async () => {
      if ((await this.head(facts.key)) !== null) return 'exists';
      await putObject(this.#bucket, key, { ...body, isConditional: false });
      return 'stored';
    });
    return result ?? ((await this.head(facts.key)) === null ? 'busy' : 'exists');
  }

  async delete(key: EntryKey): Promise<boolean> {
    const { client, sdk } = this.#bucket;
    if ((await this.head(key)) === null) return false;
    await client.send(new sdk.DeleteObjectCommand(this.#placeOf(key)));
    return true;
  }

  /** Asks for each object's metadata: meant for commands that look after the bucket. */
  async *list(): AsyncGenerator<EntryFacts> {
    for await (const key of listKeys(this.#bucket)) {
      const facts = await this.#factsAt(key);
      if (facts !== null) yield facts;
    }
  }

  /** Reads and rehashes every object, one after the other, and removes what is damaged. Facts are null for damage. */
  async *verify(): AsyncGenerator<{ readonly path: string; readonly facts: EntryFacts | null }> {
    for await (const key of listKeys(this.#bucket)) {
      const facts = await readVerifiedObject(this.#bucket, key);
      if (facts === 'missing') continue;
      if (facts === null) await removeObject(this.#bucket, key);
      yield { path: key, facts };
    }
  }

  /** An address under which everyone gets the body for a few minutes. */
  async presign(key: EntryKey): Promise<string> {
    const { getSignedUrl } = await import('@aws-sdk/s3-request-presigner');
    const { client, sdk } = this.#bucket;
    const command = new sdk.GetObjectCommand(this.#placeOf(key));
    return await getSignedUrl(client, command, { expiresIn: redirectSeconds });
  }

  close(): void {
    this.#bucket.client.destroy();
  }

  async #factsAt(key: string): Promise<EntryFacts | null> {
    const { client, sdk, options } = this.#bucket;
    try {
      const { Metadata } = await client.send(new sdk.HeadObjectCommand({ Bucket: options.bucket, Key: key }));
      const facts = decodeMetadata(Metadata);
      return facts !== null && objectKey(options.prefix, facts.key) === key ? facts : null;
    } catch (error) {
      if (isNotFound(error)) return null;
      throw error;
    }
  }

  /** An object that was copied under another entry's name, or cut short, is none of ours: a miss. */
  #factsOf(key: EntryKey, metadata: Record<string, string> | undefined, sizeBytes: number | undefined) {
    const facts = decodeMetadata(metadata);
    if (facts === null || facts.sizeBytes !== sizeBytes) return null;
    const { prefix } = this.#bucket.options;
    return objectKey(prefix, facts.key) === objectKey(prefix, key) ? facts : null;
  }

  #placeOf(key: EntryKey): { readonly Bucket: string; readonly Key: string } {
    const { bucket, prefix } = this.#bucket.options;
    return { Bucket: bucket, Key: objectKey(prefix, key) };
  }
}
