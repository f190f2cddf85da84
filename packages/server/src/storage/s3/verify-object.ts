import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import type { EntryFacts } from '../storage.ts';
import { isNotFound, type Bucket } from './bucket.ts';
import { decodeMetadata } from './object-metadata.ts';
import { entriesPrefixes, objectKey } from './object-key.ts';

/** The keys of all objects that stand where entries do. */
export async function* listKeys({ client, sdk, options }: Bucket): AsyncGenerator<string> {
  for (const prefix of entriesPrefixes(options.prefix)) {
    for await (const page of sdk.paginateListObjectsV2({ client }, { Bucket: options.bucket, Prefix: prefix })) {
      for (const { Key } of page.Contents ?? []) if (Key !== undefined) yield Key;
    }
  }
}

/** The facts of an object whose body has the digest that they tell; null where anything about it is damaged. */
export async function readVerifiedObject(bucket: Bucket, key: string): Promise<EntryFacts | 'missing' | null> {
  const { client, sdk, options } = bucket;
  try {
    const found = await client.send(new sdk.GetObjectCommand({ Bucket: options.bucket, Key: key }));
    const body = found.Body as Readable | undefined;
    const facts = decodeMetadata(found.Metadata);
    const sha256 = body === undefined ? '' : await digestOf(body);
    return facts?.sha256 === sha256 && objectKey(options.prefix, facts.key) === key ? facts : null;
  } catch (error) {
    if (isNotFound(error)) return 'missing';
    throw error;
  }
}

export async function removeObject({ client, sdk, options }: Bucket, key: string): Promise<void> {
  await client.send(new sdk.DeleteObjectCommand({ Bucket: options.bucket, Key: key }));
}

async function digestOf(body: Readable): Promise<string> {
  const digest = createHash('sha256');
  for await (const chunk of body) digest.update(chunk as Uint8Array);
  return digest.digest('hex');
}
