import { randomInt, randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { Bucket } from './bucket.ts';
import { claimsPrefix } from './object-key.ts';

/** A claim that nobody has renewed for so long belongs to a dead process. */
const claimLifetimeMs = 120_000;
const renewEveryMs = 20_000;

const attempts = 12;
const backoffMs = 40;

/**
 * For buckets that ignore `If-None-Match`: lets one writer at a time put an object, whatever replica it is on.
 * Every writer puts a claim of its own and lists the claims; who is alone holds the object, and renews the claim until
 * the object is there; the others withdraw, wait for a random time and try again. Two writers cannot both be alone,
 * because who lists later sees the claim of the other: this needs a list that is up to date, as all buckets of today
 * give. The limit: a process that is suspended for longer than `claimLifetimeMs` between its list and its put may
 * overwrite.
 *
 * Null where others held the object all the time.
 */
export async function withClaim<T>(bucket: Bucket, objectKey: string, work: () => Promise<T>): Promise<T | null> {
  const prefix = claimsPrefix(bucket.options.prefix, objectKey);
  for (let attempt = 1; attempt <= attempts; attempt += 1) {
    const claim = `${prefix}${randomUUID()}`;
    await put(bucket, claim);
    try {
      if (await isAlone(bucket, prefix, claim)) return await whileRenewing(bucket, claim, work);
    } finally {
      await remove(bucket, claim);
    }
    await wait(randomInt(backoffMs * Math.min(attempt, 8)) + 1);
  }
  return null;
}

/** Ends when the last renewal has: a later one would bring the claim back after it was removed. */
async function whileRenewing<T>(bucket: Bucket, claim: string, work: () => Promise<T>): Promise<T> {
  let renewing: Promise<void> = Promise.resolve();
  const timer = setInterval(() => {
    // One that fails leaves the claim as old as it is; the next one may succeed.
    renewing = renewing.then(() => put(bucket, claim)).catch(() => {});
  }, renewEveryMs);
  try {
    return await work();
  } finally {
    clearInterval(timer);
    await renewing;
  }
}

async function put({ client, sdk, options }: Bucket, claim: string): Promise<void> {
  await client.send(new sdk.PutObjectCommand({ Bucket: options.bucket, Key: claim, Body: '', ContentLength: 0 }));
}

async function remove({ client, sdk, options }: Bucket, claim: string): Promise<void> {
  await client.send(new sdk.DeleteObjectCommand({ Bucket: options.bucket, Key: claim }));
}

async function isAlone({ client, sdk, options }: Bucket, prefix: string, claim: string): Promise<boolean> {
  const listed = await client.send(new sdk.ListObjectsV2Command({ Bucket: options.bucket, Prefix: prefix }));
  const own = listed.Contents?.find(({ Key }) => Key === claim)?.LastModified?.getTime();
  if (own === undefined) return false;
  // Both times are the bucket's own: the clocks of the replicas do not matter.
  const living = listed.Contents?.filter(
    ({ LastModified }) => own - (LastModified?.getTime() ?? own) < claimLifetimeMs,
  );
  return living?.length === 1;
}
