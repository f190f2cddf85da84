import { expect, test } from 'vitest';
import { UploadQueue } from './upload-queue.ts';

const neverAborted = new AbortController().signal;

/** Uploads that end when they are told to, or when they are aborted. */
function createUploads() {
  const started: string[] = [];
  const finish = new Map<string, () => void>();
  const upload = (name: string) => (signal: AbortSignal) =>
    new Promise<void>((resolve) => {
      started.push(name);
      finish.set(name, resolve);
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
  return { started, finish, upload };
}

test('no more than so many run at once, in the order in which they came', async () => {
  const { started, finish, upload } = createUploads();
  const queue = new UploadQueue({ concurrency: 2, maxWaiting: 10 });
  for (const name of ['a', 'b', 'c']) await queue.add(upload(name));
  expect(started).toEqual(['a', 'b']);
  finish.get('b')?.();
  const draining = queue.drain(10_000, neverAborted);
  await Promise.resolve().then(() => {});
  finish.get('a')?.();
  while (!finish.has('c')) await Promise.resolve();
  finish.get('c')?.();
  expect(await draining).toBe(0);
  expect(started).toEqual(['a', 'b', 'c']);
});

test('who adds to a full queue waits for room', async () => {
  const { started, finish, upload } = createUploads();
  const queue = new UploadQueue({ concurrency: 1, maxWaiting: 1 });
  await queue.add(upload('a'));
  await queue.add(upload('b'));
  let added = false;
  const adding = queue.add(upload('c')).then(() => (added = true));
  for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
  expect(added).toBe(false);
  finish.get('a')?.();
  await adding;
  expect(started).toEqual(['a', 'b']);
  expect(await queue.drain(0, neverAborted)).toBe(2);
});

test('when time is up the rest is aborted and counted', async () => {
  const { started, upload } = createUploads();
  const queue = new UploadQueue({ concurrency: 2, maxWaiting: 10 });
  for (const name of ['a', 'b', 'c', 'd', 'e']) await queue.add(upload(name));
  expect(await queue.drain(5, neverAborted)).toBe(5);
  expect(started).toEqual(['a', 'b']);
  expect(await queue.drain(5, neverAborted)).toBe(0);
});

test('an abort ends the uploads and rejects', async () => {
  const { upload } = createUploads();
  const queue = new UploadQueue({ concurrency: 2, maxWaiting: 10 });
  await queue.add(upload('a'));
  const controller = new AbortController();
  const draining = queue.drain(10_000, controller.signal);
  controller.abort(new Error('stopped'));
  await expect(draining).rejects.toThrow('stopped');
});
