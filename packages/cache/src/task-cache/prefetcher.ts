import type { TaskHash } from '@larder/core';
import type { RemoteStore } from '../remote/remote-store.ts';
import type { StartedEntry } from '../store/local-store.ts';
import type { TaskCacheContext } from './context.ts';
import { untilAborted } from './until-aborted.ts';

/** An artifact as the server sent it: whole, but not yet verified. */
export interface PrefetchedArtifact {
  readonly entry: StartedEntry;
  readonly sizeBytes: number;
}

export type Foreseen =
  /** Not looked up ahead: ask for it. */
  | { readonly kind: 'unknown' }
  /** A moment ago the server did not have it. */
  | { readonly kind: 'missing' }
  | { readonly kind: 'fetched'; readonly artifact: PrefetchedArtifact };

const unknown: Foreseen = { kind: 'unknown' };
/** As many as one lookup may name. */
const batchSize = 1000;
const concurrentDownloads = 4;
/** Of artifacts that lie on the disk and that nobody has asked for yet. */
const maxWaitingBytes = 1024 ** 3;
/** Other machines write meanwhile: an older "missing" is asked for again. */
const missingForMs = 10_000;

/**
 * Asks for many hashes at once and fetches what there is, in the order in which tasks come up, while others are still
 * being waited for. Nothing is published before a restore has verified it. All troubles mean "unknown".
 */
export class Prefetcher {
  readonly #context: TaskCacheContext;
  readonly #remote: RemoteStore;
  readonly #stop = new AbortController();
  /** What a lookup was or will be asked about, until it has answered. */
  readonly #asked = new Map<TaskHash, Promise<void>>();
  readonly #missingAtMs = new Map<TaskHash, number>();
  readonly #waiting: { readonly hash: TaskHash; readonly sizeBytes: number }[] = [];
  readonly #downloads = new Map<TaskHash, Promise<PrefetchedArtifact | null>>();
  #running = 0;
  #waitingBytes = 0;

  constructor(context: TaskCacheContext, remote: RemoteStore) {
    this.#context = context;
    this.#remote = remote;
  }

  /** Begins; resolves at once. Hashes that the local store has are left out. */
  start(hashes: readonly TaskHash[]): void {
    const wanted = hashes.filter((hash) => (this.#context.options.local?.find(hash) ?? null) === null);
    for (let at = 0; at < wanted.length; at += batchSize) {
      const batch = wanted.slice(at, at + batchSize);
      const asking = this.#ask(batch);
      for (const hash of batch) this.#asked.set(hash, asking);
    }
  }

  /**
   * What is known of a hash; waits for its lookup and its download, where these are under way. A download is given
   * once, and whoever gets it disposes of it. Rejects only when `signal` aborts.
   */
  async take(hash: TaskHash, signal: AbortSignal): Promise<Foreseen> {
    await untilAborted(this.#asked.get(hash) ?? Promise.resolve(), signal);
    const missingAtMs = this.#missingAtMs.get(hash);
    if (missingAtMs !== undefined && performance.now() - missingAtMs < missingForMs) return { kind: 'missing' };
    const queued = this.#waiting.findIndex((waiting) => waiting.hash === hash);
    // Whoever needs it now fetches it now.
    if (queued !== -1) this.#waiting.splice(queued, 1);
    const artifact = await untilAborted(this.#downloads.get(hash) ?? Promise.resolve(null), signal);
    if (artifact === null || !this.#downloads.delete(hash)) return unknown;
    this.#waitingBytes -= artifact.sizeBytes;
    this.#startNext();
    return { kind: 'fetched', artifact };
  }

  /** Gives up what nobody asked for. */
  async close(): Promise<void> {
    this.#waiting.length = 0;
    this.#stop.abort();
    await Promise.all(this.#asked.values());
    for (const download of this.#downloads.values()) await this.#discard((await download)?.entry ?? null);
    this.#downloads.clear();
  }

  async #ask(batch: readonly TaskHash[]): Promise<void> {
    try {
      const found = await this.#remote.lookUp(batch, this.#stop.signal);
      if (found === null) return;
      const atMs = performance.now();
      for (const hash of batch) {
        const sizeBytes = found.get(hash);
        if (sizeBytes === undefined) this.#missingAtMs.set(hash, atMs);
        else if (this.#context.options.local !== null) this.#waiting.push({ hash, sizeBytes });
      }
      this.#startNext();
    } catch (error) {
      this.#context.options.log(`looking up ${batch.length} hashes: ${String(error)}`);
    } finally {
      for (const hash of batch) this.#asked.delete(hash);
    }
  }

  #startNext(): void {
    while (this.#running < concurrentDownloads && !this.#stop.signal.aborted) {
      const next = this.#waiting[0];
      if (next === undefined || this.#waitingBytes + next.sizeBytes > maxWaitingBytes) return;
      this.#waiting.shift();
      this.#running += 1;
      this.#waitingBytes += next.sizeBytes;
      const download = this.#download(next.hash).finally(() => {
        this.#running -= 1;
        this.#startNext();
      });
      this.#downloads.set(
        next.hash,
        download.then((artifact) => this.#account(next.sizeBytes, artifact)),
      );
    }
  }

  /** The server's word about the size was taken first; then what came counts. */
  #account(announcedBytes: number, artifact: PrefetchedArtifact | null): PrefetchedArtifact | null {
    this.#waitingBytes += (artifact?.sizeBytes ?? 0) - announcedBytes;
    return artifact;
  }

  async #download(hash: TaskHash): Promise<PrefetchedArtifact | null> {
    const { local, onTransfer, log } = this.#context.options;
    const { signal } = this.#stop;
    const startedAt = performance.now();
    let entry: StartedEntry | null = null;
    try {
      const found = await this.#remote.read(hash, signal);
      if (found === null || local === null) return null;
      entry = await local.startEntry();
      let sizeBytes = 0;
      for await (const chunk of found.body) {
        sizeBytes += chunk.byteLength;
        if (sizeBytes > maxWaitingBytes) throw new Error('it is larger than it was said to be');
        await entry.write(chunk);
      }
      onTransfer('download', sizeBytes, performance.now() - startedAt);
      return { entry, sizeBytes };
    } catch (error) {
      if (!signal.aborted) log(`fetching ${hash} ahead: ${String(error)}`);
      await this.#discard(entry);
      return null;
    }
  }

  /** What cannot be removed now is swept one day. */
  async #discard(entry: StartedEntry | null): Promise<void> {
    try {
      await entry?.[Symbol.asyncDispose]();
    } catch (error) {
      this.#context.options.log(`removing what was fetched ahead: ${String(error)}`);
    }
  }
}
