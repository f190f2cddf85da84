import type { ExecutionResult } from '@larder/core';
import type { ExecutionTicket } from './look-up-task.ts';
import type { ExecutionMark, RunPorts } from './run-request.ts';
import type { Soundness } from './soundness.ts';
import { storeResult } from './store-result.ts';

export interface StoreOptions {
  readonly mark: ExecutionMark | null;
  readonly onStart: () => void;
}

/** The results of a run on their way into the cache. */
export class ResultStore {
  readonly #ports: RunPorts;
  readonly #soundness: Soundness;
  readonly #publications = new Set<Promise<void>>();
  #storing = 0;

  constructor(ports: RunPorts, soundness: Soundness) {
    this.#ports = ports;
    this.#soundness = soundness;
  }

  /** Results that wait to be stored, and hold their output in memory. */
  get storing(): number {
    return this.#storing;
  }

  /** Resolves when the outputs have been read; `onStart` is called where there is anything to do. */
  async store(ticket: ExecutionTicket, result: ExecutionResult, { mark, onStart }: StoreOptions): Promise<void> {
    const { id } = ticket.task;
    if (!ticket.storable || this.#soundness.hasFlaw(id)) return;
    this.#storing += 1;
    onStart();
    const stored = await storeResult(ticket, result, {
      ports: this.#ports,
      mark,
      onShared: () => this.#soundness.taint(id, 'was executed by another run at the same time'),
    });
    this.#storing -= 1;
    if (stored === null) return;
    this.#publications.add(stored.published);
    void stored.published.then(() => this.#publications.delete(stored.published));
  }

  /** What was packed and not yet confirmed gets into the cache, also when the run was interrupted. */
  async publishAll(): Promise<void> {
    if (this.#publications.size > 0) this.#ports.hasher.hurry?.();
    await Promise.all(this.#publications);
  }
}
