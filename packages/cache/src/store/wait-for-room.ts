import { once, type EventEmitter } from 'node:events';

/** Until the stream takes more, or is gone. */
export async function waitForRoom(stream: EventEmitter & { readonly destroyed: boolean }): Promise<void> {
  if (stream.destroyed) return;
  const settled = new AbortController();
  const { signal } = settled;
  await Promise.race([once(stream, 'drain', { signal }), once(stream, 'close', { signal })]).finally(() => {
    settled.abort();
  });
}
