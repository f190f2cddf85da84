import { createReadStream } from 'node:fs';
import type { EntryFacts } from '../storage.ts';
import { isPreconditionFailed, type Bucket } from './bucket.ts';

/** Larger bodies go in parts of this size, two at a time: that much of each upload is in memory. */
const partBytes = 8 * 1024 * 1024;
const partsAtOnce = 2;

export interface PutBody {
  readonly facts: EntryFacts;
  /** A file that begins with the body. */
  readonly absolutePath: string;
  /** The user metadata of the object. */
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * Puts a body under a key. False where the key is taken and the bucket honours the condition.
 * Small bodies are signed with the digest that is known, so that the bucket refuses bytes that changed on the way.
 */
export async function putObject(
  bucket: Bucket,
  key: string,
  { isConditional, ...body }: PutBody & { readonly isConditional: boolean },
): Promise<boolean> {
  const condition = isConditional ? { IfNoneMatch: '*' } : {};
  const { facts, metadata } = body;
  const input = {
    Bucket: bucket.options.bucket,
    Key: key,
    Metadata: metadata,
    ContentType: 'application/octet-stream',
    ...condition,
  };
  try {
    if (facts.sizeBytes <= partBytes) await putWhole(bucket, input, body);
    else await putInParts(bucket, input, body);
    return true;
  } catch (error) {
    if (isConditional && isPreconditionFailed(error)) return false;
    throw error;
  }
}

interface PutInput {
  readonly Bucket: string;
  readonly Key: string;
  readonly Metadata: Record<string, string>;
  readonly ContentType: string;
  readonly IfNoneMatch?: string;
}

async function putWhole({ client, sdk }: Bucket, input: PutInput, { facts, absolutePath }: PutBody): Promise<void> {
  const command = new sdk.PutObjectCommand({
    ...input,
    Body: facts.sizeBytes === 0 ? '' : bodyStream(absolutePath, facts),
    ContentLength: facts.sizeBytes,
  });
  command.middlewareStack.add(
    (next) => (given) => {
      const request = given.request as { readonly headers: Record<string, string> };
      request.headers['x-amz-content-sha256'] = facts.sha256;
      return next(given);
    },
    { step: 'build', name: 'signKnownDigest' },
  );
  await client.send(command);
}

async function putInParts({ client }: Bucket, input: PutInput, { facts, absolutePath }: PutBody): Promise<void> {
  const { Upload } = await import('@aws-sdk/lib-storage');
  const upload = new Upload({
    client,
    params: { ...input, Body: bodyStream(absolutePath, facts) },
    // At most 10,000 parts.
    partSize: Math.max(partBytes, Math.ceil(facts.sizeBytes / 9_999)),
    queueSize: partsAtOnce,
    leavePartsOnError: false,
  });
  await upload.done();
}

function bodyStream(absolutePath: string, { sizeBytes }: EntryFacts) {
  return createReadStream(absolutePath, { start: 0, end: sizeBytes - 1, highWaterMark: 256 * 1024 });
}
