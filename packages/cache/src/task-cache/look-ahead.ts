import type { TaskHash } from '@larder/core';
import { canLookUp } from '../remote/can-look-up.ts';
import type { TaskCacheContext } from './context.ts';
import type { Foreseen, Prefetcher } from './prefetcher.ts';

/** Starts the prefetcher when the first hash is asked for: a run that finds everything locally plans nothing ahead. */
export class LookAhead {
  readonly #context: () => TaskCacheContext;
  #starting: Promise<Prefetcher | null> | null = null;

  constructor(context: () => TaskCacheContext) {
    this.#context = context;
  }

  async foresee(hash: TaskHash, signal: AbortSignal): Promise<Foreseen> {
    this.#starting ??= this.#start();
    const prefetcher = await this.#starting;
    return prefetcher === null ? { kind: 'unknown' } : await prefetcher.take(hash, signal);
  }

  async close(): Promise<void> {
    const prefetcher = await this.#starting;
    await prefetcher?.close();
  }

  async #start(): Promise<Prefetcher | null> {
    const context = this.#context();
    const { remote, planHashes, log } = context.options;
    if (planHashes === undefined || !canLookUp(remote)) return null;
    const { Prefetcher } = await import('./prefetcher.ts');
    const prefetcher = new Prefetcher(context, remote);
    try {
      prefetcher.start(planHashes());
    } catch (error) {
      log(`planning ahead: ${String(error)}`);
    }
    return prefetcher;
  }
}
