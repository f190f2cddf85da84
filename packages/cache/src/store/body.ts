/**
 * A body whose resource is freed by `close` even where reading never began: returning from a generator
 * that was not started does not run its `finally`.
 */
export function closableBody(
  generator: AsyncGenerator<Uint8Array>,
  close: () => Promise<void>,
): AsyncIterable<Uint8Array> {
  let isStarted = false;
  const iterator: AsyncIterator<Uint8Array> = {
    next: () => {
      isStarted = true;
      return generator.next();
    },
    return: async () => {
      if (!isStarted) await close();
      return await generator.return(undefined);
    },
  };
  return { [Symbol.asyncIterator]: () => iterator };
}
