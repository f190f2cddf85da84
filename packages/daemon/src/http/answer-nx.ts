import type { NxHash } from '@larder/protocol';
import type { Entry, EntryKey } from '../entries/entry.ts';
import type { Levels } from '../levels.ts';
import type { Admission } from './admission.ts';
import { answer, answerEntry, hasLeft, readBody, type Exchange } from './exchange.ts';
import { formatFoundFile, parseFileWish } from './found-file.ts';

export interface ClientContext {
  /** Of the daemon itself; who holds it may control it. */
  readonly token: string;
  readonly levels: Levels;
  readonly admission: Admission;
  /** An answer to a lookup begins within this time. */
  readonly lookupMs: number;
  readonly onTrouble: (error: unknown) => void;
}

/**
 * Nx's self-hosted cache, as its client needs it: a lookup is answered with 200 or 404 and nothing else, or the run
 * ends; a store with 200, 403 or 409, or the task that succeeded counts as failed. No answer must be waited for.
 */
export async function answerNx(exchange: Exchange, hash: NxHash, context: ClientContext): Promise<void> {
  const key: EntryKey = { protocol: 'nx', hash };
  const isRead = exchange.request.method === 'GET';
  if (!context.admission.admits(exchange.request.headers.authorization))
    return answer(exchange, isRead ? 404 : 403, 'This token is not known here.\n');
  if (isRead) {
    const entry = await findWithin(key, context);
    if (entry === null) return answer(exchange, 404, 'There is no such artifact.\n');
    const challenge = parseFileWish(exchange.request.headers);
    if (challenge === null) return await answerEntry(exchange, entry);
    return answer(exchange, 200, '', formatFoundFile(entry, { token: context.token, challenge }));
  }
  if (exchange.request.method !== 'PUT') return answer(exchange, 403, 'Only GET and PUT are known here.\n');
  await storeNx(exchange, key, context);
}

async function storeNx(exchange: Exchange, key: EntryKey, { levels, onTrouble }: ClientContext): Promise<void> {
  try {
    const stored = await levels.store(key, readBody(exchange), {});
    answer(exchange, stored === 'stored' ? 200 : 409, `It is ${stored === 'stored' ? 'stored' : 'there already'}.\n`);
  } catch (error) {
    if (!hasLeft(exchange)) onTrouble(error);
    answer(exchange, 403, 'It could not be stored; "larder daemon status" says why.\n');
  }
}

/** A lookup that takes too long is a miss; what it finds later serves the next one. */
export async function findWithin(key: EntryKey, { levels, lookupMs, onTrouble }: ClientContext): Promise<Entry | null> {
  const { promise: late, resolve } = Promise.withResolvers<null>();
  const timer = setTimeout(() => {
    onTrouble(new Error(`a lookup took longer than ${lookupMs} ms`));
    resolve(null);
  }, lookupMs);
  // The lookup outlives its client on purpose: others may share it, and its transfer has a deadline of its own.
  const found = levels.find(key, AbortSignal.timeout(lookupMs * 4));
  try {
    return await Promise.race([found, late]);
  } finally {
    clearTimeout(timer);
  }
}
