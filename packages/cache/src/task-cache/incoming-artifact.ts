import type { TaskHash, TaskId } from '@larder/core';
import { closableBody } from '../store/body.ts';
import type { StartedEntry } from '../store/local-store.ts';
import type { TaskCacheContext } from './context.ts';

export interface IncomingFacts {
  readonly task: TaskId;
  readonly hash: TaskHash;
}

/** A download from the remote store that becomes a local entry when it has proved right. */
class IncomingArtifact implements AsyncDisposable {
  /** The bytes as they come; each is written to the local entry before it is given on. */
  readonly body: AsyncIterable<Uint8Array>;
  readonly #context: TaskCacheContext;
  readonly #facts: IncomingFacts;
  readonly #isFetched: boolean;
  #entry: StartedEntry | null;
  #sizeBytes = 0;
  #failure: unknown = null;

  constructor(context: TaskCacheContext, facts: IncomingFacts, parts: IncomingParts) {
    this.#context = context;
    this.#facts = facts;
    this.#entry = parts.entry;
    this.#isFetched = parts.isFetched;
    const iterator = parts.body[Symbol.asyncIterator]();
    this.body = closableBody(this.#receive(iterator), async () => void (await iterator.return?.()));
  }

  /** Whether a local entry is being written: then the body has to be read to its end. */
  get isKept(): boolean {
    return this.#entry !== null;
  }

  /** What arrived so far. */
  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  /** What the remote store threw while its body was read; null where it did not. */
  get failure(): unknown {
    return this.#failure;
  }

  /** A local store that cannot keep it is reported and costs a second download one day, not this hit. */
  async publish(): Promise<void> {
    try {
      await this.#entry?.publish(this.#facts.hash);
    } catch (error) {
      this.#context.troubles.tellError(error, this.#facts.task, 'local-write-failed');
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#entry?.[Symbol.asyncDispose]();
  }

  async *#receive(iterator: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
    const startedAt = performance.now();
    try {
      for (;;) {
        const next = await this.#pull(iterator);
        if (next.done === true) return;
        this.#sizeBytes += next.value.byteLength;
        await this.#keep(next.value);
        yield next.value;
      }
    } finally {
      await iterator.return?.();
      if (!this.#isFetched)
        this.#context.options.onTransfer('download', this.#sizeBytes, performance.now() - startedAt);
    }
  }

  async #pull(iterator: AsyncIterator<Uint8Array>): Promise<IteratorResult<Uint8Array>> {
    try {
      return await iterator.next();
    } catch (error) {
      this.#failure = error;
      throw error;
    }
  }

  async #keep(chunk: Uint8Array): Promise<void> {
    if (this.#isFetched) return;
    try {
      await this.#entry?.write(chunk);
    } catch (error) {
      this.#context.troubles.tellError(error, this.#facts.task, 'local-write-failed');
      await this.#entry?.[Symbol.asyncDispose]();
      this.#entry = null;
    }
  }
}

interface IncomingParts {
  readonly body: AsyncIterable<Uint8Array>;
  readonly entry: StartedEntry | null;
  /** The entry has all of the bytes already, and their transfer was told. */
  readonly isFetched: boolean;
}

/** Asks the remote store. Null where it has nothing or there was trouble, which is reported; rejects when `signal` aborts. */
export async function openIncoming(
  context: TaskCacheContext,
  facts: IncomingFacts,
  signal: AbortSignal,
): Promise<IncomingArtifact | null> {
  try {
    const foreseen = await context.foresee(facts.hash, signal);
    if (foreseen.kind === 'missing') return null;
    if (foreseen.kind === 'fetched') {
      const { entry } = foreseen.artifact;
      return new IncomingArtifact(context, facts, { body: await entry.read(signal), entry, isFetched: true });
    }
    const found = (await context.options.remote?.read(facts.hash, signal)) ?? null;
    if (found === null) return null;
    const entry = await startEntry(context, facts);
    return new IncomingArtifact(context, facts, { body: found.body, entry, isFetched: false });
  } catch (error) {
    signal.throwIfAborted();
    context.troubles.tellError(error, facts.task, 'remote-error');
    return null;
  }
}

async function startEntry(
  { options, troubles }: TaskCacheContext,
  { task }: IncomingFacts,
): Promise<StartedEntry | null> {
  try {
    return (await options.local?.startEntry()) ?? null;
  } catch (error) {
    troubles.tellError(error, task, 'local-write-failed');
    return null;
  }
}
