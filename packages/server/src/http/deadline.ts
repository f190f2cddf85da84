import { BodyBrokenOff } from '../storage/storage.ts';

/**
 * Waits for a promise that may hang, at most so long. What comes too late is given to `discard`, so that what it
 * holds is closed; a rejection that comes too late is dropped.
 */
export async function withinDeadline<T>(
  work: Promise<T>,
  deadlineMs: number,
  discard: (late: T) => void,
): Promise<{ readonly kind: 'done'; readonly value: T } | { readonly kind: 'late' }> {
  let isLate = false;
  const done = work.then((value) => {
    if (isLate) discard(value);
    return { kind: 'done', value } as const;
  });
  const { promise: late, resolve } = Promise.withResolvers<{ readonly kind: 'late' }>();
  const timer = setTimeout(() => {
    isLate = true;
    resolve({ kind: 'late' });
  }, deadlineMs);
  try {
    return await Promise.race([done, late]);
  } finally {
    clearTimeout(timer);
    done.catch(() => {});
  }
}

/**
 * Runs a consumer of a body that may hang, and gives up when it neither asks for the next chunk nor ends within the
 * deadline. Time that the sender takes does not count: other limits watch over the sender.
 */
export async function whileConsuming<T>(
  body: AsyncIterable<Uint8Array>,
  deadlineMs: number,
  consume: (body: AsyncIterable<Uint8Array>) => Promise<T>,
): Promise<{ readonly kind: 'done'; readonly value: T } | { readonly kind: 'late' }> {
  const { promise: late, resolve } = Promise.withResolvers<{ readonly kind: 'late' }>();
  let isLate = false;
  const giveUp = (): void => {
    isLate = true;
    resolve({ kind: 'late' });
  };
  let timer = setTimeout(giveUp, deadlineMs);
  async function* watched(): AsyncGenerator<Uint8Array> {
    clearTimeout(timer);
    for await (const chunk of body) {
      if (isLate) throw new BodyBrokenOff('The answer was given already.');
      timer = setTimeout(giveUp, deadlineMs);
      yield chunk;
      clearTimeout(timer);
      if (isLate) throw new BodyBrokenOff('The answer was given already.');
    }
    timer = setTimeout(giveUp, deadlineMs);
  }
  const done = consume(watched()).then((value) => ({ kind: 'done', value }) as const);
  try {
    return await Promise.race([done, late]);
  } finally {
    clearTimeout(timer);
    done.catch(() => {});
  }
}
