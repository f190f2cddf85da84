import { randomUUID } from 'node:crypto';
import { isPreconditionFailed, type Bucket } from './bucket.ts';
import { probeKey } from './object-key.ts';

/** Whether a second `PUT` with `If-None-Match: *` is refused. Also tells at the start that the bucket can be written. */
export async function honoursConditions({ client, sdk, options }: Bucket): Promise<boolean> {
  const place = { Bucket: options.bucket, Key: probeKey(options.prefix, randomUUID()) };
  const empty = { ...place, Body: '', ContentLength: 0 };
  await client.send(new sdk.PutObjectCommand(empty));
  try {
    await client.send(new sdk.PutObjectCommand({ ...empty, IfNoneMatch: '*' }));
    return false;
  } catch (error) {
    if (isPreconditionFailed(error)) return true;
    if (isNotImplemented(error)) return false;
    throw error;
  } finally {
    await client.send(new sdk.DeleteObjectCommand(place));
  }
}

function isNotImplemented(error: unknown): boolean {
  return error instanceof Error && error.name === 'NotImplemented';
}
