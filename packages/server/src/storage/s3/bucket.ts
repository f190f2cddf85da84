import type * as s3 from '@aws-sdk/client-s3';
import type { S3Options } from './s3-options.ts';

/** A client and the bucket it talks about. */
export interface Bucket {
  readonly client: s3.S3Client;
  readonly sdk: typeof s3;
  readonly options: S3Options;
}

const timeouts = { connectionTimeout: 5_000, requestTimeout: 30_000 };

/** Downloads and uploads at the same time, and calls beside them. */
const maxSockets = 128;

/**
 * Loads the SDK and makes a client. Credentials come from where the SDK finds them: the environment, a profile, the
 * machine's role. Checksums only where the protocol demands one: compatible servers store the framing of the others
 * as if it were the body, and bodies are signed with their SHA-256 anyway.
 */
export async function openBucket(options: S3Options): Promise<Bucket> {
  const sdk = await import('@aws-sdk/client-s3');
  const client = new sdk.S3Client({
    ...(options.region === null ? {} : { region: options.region }),
    ...(options.endpoint === null ? {} : { endpoint: options.endpoint }),
    forcePathStyle: options.pathStyle,
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    maxAttempts: 3,
    requestHandler: { ...timeouts, httpAgent: { maxSockets }, httpsAgent: { maxSockets } },
  });
  return { client, sdk, options };
}

export function isNotFound(error: unknown): boolean {
  return statusOf(error) === 404;
}

/** Another writer was first; 409 is its upload that is under way. */
export function isPreconditionFailed(error: unknown): boolean {
  return statusOf(error) === 412 || statusOf(error) === 409;
}

function statusOf(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('$metadata' in error)) return undefined;
  return (error.$metadata as { readonly httpStatusCode?: number }).httpStatusCode;
}
