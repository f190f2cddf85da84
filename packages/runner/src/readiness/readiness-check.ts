import { setTimeout as delay } from 'node:timers/promises';
import type { ReadyWhen, RunningTask, TaskEnd } from '@larder/core';
import { ReadyTexts } from '../executors/ready-texts.ts';
import type { OutputStream } from '../output/decode-output.ts';
import { tryProbe } from './probe.ts';
import type { ProbeContext } from './probe.ts';
import type { ReadySignal } from './ready-signal.ts';
import type { ResolvedCheck } from './resolve-check.ts';

export interface WatchedTask extends RunningTask {
  /** When it is ready by its `readyWhen`. Stays open where it never is. */
  readonly checked: Promise<void>;
}

export interface ReadinessContext extends Omit<ProbeContext, 'signal'> {
  /** Null where the task is not to signal. */
  readonly signal: ReadySignal | null;
  /** Told where the task, when it signals, says that it can be reached. */
  readonly onReadyUrl: (url: string) => void;
}

/**
 * Waits until a continuous task is ready by its `readyWhen`. One that is not in time has failed, as in
 * Nx: it is stopped, and what waits for it is skipped.
 */
export class ReadinessCheck {
  readonly #check: ResolvedCheck;
  readonly #limits: ReadyWhen;
  readonly #context: ReadinessContext;
  #deafness: string | null = null;
  readonly #texts: ReadyTexts;
  readonly #printed = Promise.withResolvers<boolean>();

  constructor(check: ResolvedCheck, limits: ReadyWhen, context: ReadinessContext) {
    this.#check = check;
    this.#limits = limits;
    this.#context = context;
    this.#texts = new ReadyTexts(check.kind === 'logMatches' ? check.texts : []);
  }

  /** What the task needs in its environment to be checked. */
  get env(): Readonly<Record<string, string>> {
    return this.#context.signal?.env ?? {};
  }

  /** Takes everything that the task prints. */
  see(stream: OutputStream, chunk: Uint8Array): void {
    if (this.#texts.missing.length > 0 && this.#texts.see(stream, chunk)) this.#printed.resolve(true);
  }

  /** The same task, with when it is ready and, where it never is, how it failed. */
  watch(running: RunningTask): WatchedTask {
    const over = new AbortController();
    const checked = Promise.withResolvers<void>();
    let failure: TaskEnd | null = null;
    const ended = running.ended
      .then((end) => failure ?? end)
      .finally(() => {
        over.abort();
        this.#context.signal?.close();
      });
    const watchIt = async (): Promise<void> => {
      const ready = await this.#wait(over.signal);
      if (over.signal.aborted) return;
      if (ready) return checked.resolve();
      failure = { exitCode: 1, detail: this.#describeFailure() };
      await running.stop();
    };
    watchIt().catch(() => running.stop());
    return { ended, ready: running.ready, checked: checked.promise, stop: () => running.stop() };
  }

  async #wait(over: AbortSignal): Promise<boolean> {
    if (this.#check.kind === 'none') return true;
    const late = new AbortController();
    const signal = AbortSignal.any([over, late.signal]);
    const timer = setTimeout(() => late.abort(), this.#limits.timeoutMs);
    try {
      if (this.#check.kind === 'logMatches') return await Promise.race([this.#printed.promise, whenAborted(signal)]);
      if (this.#check.kind === 'signal') return await Promise.race([this.#hear(), whenAborted(signal)]);
      return await this.#probe(this.#check, signal);
    } finally {
      clearTimeout(timer);
    }
  }

  async #hear(): Promise<boolean> {
    const heard = await this.#context.signal?.heard;
    if (heard?.kind === 'deaf') this.#deafness = heard.detail;
    if (heard?.kind !== 'ready') return false;
    if (heard.url !== null) this.#context.onReadyUrl(heard.url);
    return true;
  }

  async #probe(probe: Parameters<typeof tryProbe>[0], signal: AbortSignal): Promise<boolean> {
    while (!signal.aborted) {
      if (await tryProbe(probe, { ...this.#context, signal })) return !signal.aborted;
      await delay(this.#limits.intervalMs, undefined, { signal }).catch(() => {});
    }
    return false;
  }

  #describeFailure(): string {
    if (this.#deafness !== null) return `its signal that it is ready cannot be heard: ${this.#deafness}`;
    const { timeoutMs } = this.#limits;
    return `was not ready within ${timeoutMs} ms (readyWhen: ${describeCheck(this.#check)})`;
  }
}

function whenAborted(signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve(false), { once: true });
    if (signal.aborted) resolve(false);
  });
}

function describeCheck(check: ResolvedCheck): string {
  switch (check.kind) {
    case 'url':
      return `url ${check.url}`;
    case 'port':
      return `port ${check.hosts.length === 1 ? `${check.hosts[0]}:` : ''}${check.port}`;
    case 'command':
      return `command ${JSON.stringify(check.command)}`;
    case 'logMatches':
      return `logMatches ${check.texts.map((text) => JSON.stringify(text)).join(', ')}`;
    case 'signal':
      return 'signal';
    case 'none':
      return 'started';
  }
}
