import { randomBytes } from 'node:crypto';
import { mkdtemp, open, rm, truncate, writeFile, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
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

/** Takes what is written as sockets do: when it says that it is done, it has no use for the bytes any more. */
class Collector extends Writable {
  readonly #chunks: Buffer[] = [];
  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    setImmediate(() => {
      this.#chunks.push(Buffer.from(chunk));
      done();
    });
  }
  get received(): Buffer {
    return Buffer.concat(this.#chunks);
  }
}

function bodyOf(handle: FileHandle, sizeBytes: number): FileBody {
  return new FileBody({ handle, sizeBytes, buffers });
}

test.each([0, 1, 262_144, 1_000_000])('the first %i bytes arrive in a target, and in a stream', async (sizeBytes) => {
  const target = new Collector();
  await bodyOf(await open(file), sizeBytes).sendTo(target);
  expect(target.received.equals(content.subarray(0, sizeBytes))).toBe(true);
  expect((await buffer(bodyOf(await open(file), sizeBytes))).equals(content.subarray(0, sizeBytes))).toBe(true);
});

test('many bodies at the same time arrive whole, though they share buffers', async () => {
  const sendings = Array.from({ length: 60 }, async () => {
    const target = new Collector();
    await bodyOf(await open(file), content.length).sendTo(target);
    return target.received.equals(content);
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
  await expect(bodyOf(second, content.length).sendTo(new Collector())).rejects.toThrow('shorter');
  await expect.poll(() => [first.fd, second.fd]).toEqual([-1, -1]);
});
