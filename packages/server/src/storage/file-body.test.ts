import { randomBytes } from 'node:crypto';
import { mkdtemp, open, rm, truncate, writeFile, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Writable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { BodyBuffers, FileBody } from './file-body.ts';

let directory = '';
let file = '';
const content = randomBytes(1_500_000);
const buffers = new BodyBuffers();

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'larder-body-'));
  file = join(directory, 'file');
  await writeFile(file, content);
});

afterAll(() => rm(directory, { recursive: true }));

function bodyOf(handle: FileHandle, sizeBytes: number): FileBody {
  return new FileBody({ handle, sizeBytes, buffers });
}

test.each([0, 1, 262_144, 1_000_000])('the first %i bytes arrive in a target, and in a stream', async (sizeBytes) => {
  const target = new PassThrough();
  const sent = bodyOf(await open(file), sizeBytes).sendTo(target);
  expect((await buffer(target)).equals(content.subarray(0, sizeBytes))).toBe(true);
  await sent;
  expect((await buffer(bodyOf(await open(file), sizeBytes))).equals(content.subarray(0, sizeBytes))).toBe(true);
});

test('a buffer is not used again before a slow target is done with it', async () => {
  const chunks: Buffer[] = [];
  const target = new Writable({
    highWaterMark: 1,
    write: (chunk: Buffer, _encoding, done) => {
      setImmediate(() => {
        chunks.push(Buffer.from(chunk));
        done();
      });
    },
  });
  const bodies = await Promise.all([1, 2, 3].map(async () => bodyOf(await open(file), content.length)));
  await Promise.all([
    bodies[0]!.sendTo(target),
    ...bodies.slice(1).map((body) => body.sendTo(new PassThrough().resume())),
  ]);
  expect(Buffer.concat(chunks).equals(content)).toBe(true);
});

test('many bodies at the same time arrive whole', async () => {
  const sendings = Array.from({ length: 60 }, async () => {
    const target = new PassThrough();
    const sent = bodyOf(await open(file), content.length).sendTo(target);
    const received = await buffer(target);
    await sent;
    return received.equals(content);
  });
  expect(new Set(await Promise.all(sendings))).toEqual(new Set([true]));
});

test('a target that breaks and a file that became shorter end the sending, and the file is closed', async () => {
  const broken = new Writable({ write: (_chunk, _encoding, done) => done(new Error('gone')) });
  broken.on('error', () => {});
  const first = await open(file);
  await expect(bodyOf(first, content.length).sendTo(broken)).rejects.toThrow('gone');
  await truncate(file, 1_400_000);
  const second = await open(file);
  await expect(bodyOf(second, content.length).sendTo(new PassThrough().resume())).rejects.toThrow('shorter');
  await expect.poll(() => [first.fd, second.fd]).toEqual([-1, -1]);
});
