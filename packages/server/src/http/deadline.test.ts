import { describe, expect, test } from 'vitest';
import { whileConsuming, withinDeadline } from './deadline.ts';

describe('withinDeadline', () => {
  test('gives what comes in time, and rejections too', async () => {
    expect(await withinDeadline(Promise.resolve(1), 1000, () => {})).toEqual({ kind: 'done', value: 1 });
    await expect(withinDeadline(Promise.reject(new Error('no')), 1000, () => {})).rejects.toThrow('no');
  });

  test('what comes too late is discarded', async () => {
    const work = Promise.withResolvers<number>();
    const discarded = Promise.withResolvers<number>();
    expect(await withinDeadline(work.promise, 1, discarded.resolve)).toEqual({ kind: 'late' });
    work.resolve(7);
    expect(await discarded.promise).toBe(7);
  });

  test('a rejection that comes too late is dropped', async () => {
    const work = Promise.withResolvers<number>();
    await withinDeadline(work.promise, 1, () => {});
    work.reject(new Error('late'));
    await expect(work.promise).rejects.toThrow('late');
  });
});

describe('whileConsuming', () => {
  async function* chunksOf(...texts: string[]): AsyncGenerator<Uint8Array> {
    for (const each of texts) yield Buffer.from(each);
  }

  async function join(body: AsyncIterable<Uint8Array>): Promise<string> {
    let joined = '';
    for await (const chunk of body) joined += Buffer.from(chunk).toString();
    return joined;
  }

  test('gives the result and every chunk', async () => {
    expect(await whileConsuming(chunksOf('a', 'b'), 1000, join)).toEqual({ kind: 'done', value: 'ab' });
  });

  test('gives up on a consumer that never asks', async () => {
    const consume = () => new Promise<never>(() => {});
    expect(await whileConsuming(chunksOf('a'), 1, consume)).toEqual({ kind: 'late' });
  });

  test('gives up on a consumer that takes a chunk and hangs, and breaks its body off when it comes back', async () => {
    const back = Promise.withResolvers<void>();
    const ended = Promise.withResolvers<unknown>();
    const consume = async (body: AsyncIterable<Uint8Array>) => {
      try {
        for await (const _ of body) await back.promise;
      } catch (error) {
        ended.resolve(error);
      }
    };
    expect(await whileConsuming(chunksOf('a', 'b'), 1, consume)).toEqual({ kind: 'late' });
    back.resolve();
    expect(await ended.promise).toMatchObject({ name: 'BodyBrokenOff' });
  });

  test('gives up on a consumer that hangs after the last chunk', async () => {
    const consume = async (body: AsyncIterable<Uint8Array>) => {
      await join(body);
      await new Promise<never>(() => {});
    };
    expect(await whileConsuming(chunksOf('a'), 1, consume)).toEqual({ kind: 'late' });
  });

  test('waits for a slow sender as long as it takes', async () => {
    async function* slow(): AsyncGenerator<Uint8Array> {
      await withinDeadline(new Promise<never>(() => {}), 30, () => {});
      yield Buffer.from('a');
    }
    expect(await whileConsuming(slow(), 5, join)).toEqual({ kind: 'done', value: 'a' });
  });
});
