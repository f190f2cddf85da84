import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { S3Options } from '../storage/s3/s3-options.ts';

/** A real S3 server with one bucket, which ignores `If-None-Match`. Development only. */
export interface TestBucket extends AsyncDisposable {
  readonly options: S3Options;
}

/** The credentials that the server takes. */
const testCredentials = { AWS_ACCESS_KEY_ID: 'S3RVER', AWS_SECRET_ACCESS_KEY: 'S3RVER' };

export async function startTestBucket(): Promise<TestBucket> {
  const directory = await mkdtemp(join(tmpdir(), 'larder-s3-'));
  const script = join(import.meta.dirname, 'run-s3rver.mjs');
  const child = spawn(process.execPath, [script, directory, 'larder'], { stdio: ['pipe', 'pipe', 'ignore'] });
  const [port] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  Object.assign(process.env, testCredentials);
  return {
    options: {
      bucket: 'larder',
      endpoint: `http://127.0.0.1:${port}`,
      region: 'us-east-1',
      prefix: 'team/',
      pathStyle: true,
      conditionalWrites: 'auto',
    },
    [Symbol.asyncDispose]: async () => {
      const ended = once(child, 'exit');
      child.kill();
      await ended;
      await rm(directory, { recursive: true, force: true });
    },
  };
}
