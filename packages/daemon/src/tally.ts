import type { HitLevel } from './entries/entry.ts';

/** One kind of trouble, with how often it happened. */
export interface TroubleCount {
  readonly what: 'download' | 'upload' | 'archive' | 'disk' | 'watcher';
  readonly detail: string;
  readonly count: number;
}

/** What the daemon has done since it started. */
export interface Tallies {
  readonly hits: Readonly<Record<HitLevel, number>>;
  readonly misses: number;
  readonly stored: number;
  /** Artifacts whose download began before somebody asked for them, and those of them that somebody has asked for. */
  readonly ahead: { readonly fetched: number; readonly asked: number };
  readonly downloadedBytes: number;
  readonly uploadedBytes: number;
  readonly troubles: readonly TroubleCount[];
}

const maxTroubles = 50;

/** Counts; holds a bounded number of different troubles. */
export class Tally {
  readonly #hits: Record<HitLevel, number> = { memory: 0, disk: 0, remote: 0 };
  readonly #troubles = new Map<string, TroubleCount>();
  #misses = 0;
  #stored = 0;
  #fetchedAhead = 0;
  #askedAhead = 0;
  #downloadedBytes = 0;
  #uploadedBytes = 0;

  hit(level: HitLevel): void {
    this.#hits[level] += 1;
  }

  miss(): void {
    this.#misses += 1;
  }

  store(): void {
    this.#stored += 1;
  }

  fetchAhead(): void {
    this.#fetchedAhead += 1;
  }

  askAhead(): void {
    this.#askedAhead += 1;
  }

  transfer(direction: 'download' | 'upload', sizeBytes: number): void {
    if (direction === 'download') this.#downloadedBytes += sizeBytes;
    else this.#uploadedBytes += sizeBytes;
  }

  trouble(what: TroubleCount['what'], error: unknown): void {
    const detail = error instanceof Error ? error.message : String(error);
    const key = `${what}: ${detail}`;
    const known = this.#troubles.get(key);
    if (known === undefined && this.#troubles.size >= maxTroubles) return;
    this.#troubles.set(key, { what, detail, count: (known?.count ?? 0) + 1 });
  }

  /** Bounded as the troubles are. */
  read(): Tallies {
    return {
      hits: { ...this.#hits },
      misses: this.#misses,
      stored: this.#stored,
      ahead: { fetched: this.#fetchedAhead, asked: this.#askedAhead },
      downloadedBytes: this.#downloadedBytes,
      uploadedBytes: this.#uploadedBytes,
      troubles: [...this.#troubles.values()],
    };
  }
}

/** What was added since `before`. */
export function subtractTallies(now: Tallies, before: Tallies): Tallies {
  const known = new Map(before.troubles.map(({ what, detail, count }) => [`${what}: ${detail}`, count]));
  const troubles = now.troubles.map((trouble) => ({
    ...trouble,
    count: trouble.count - (known.get(`${trouble.what}: ${trouble.detail}`) ?? 0),
  }));
  return {
    hits: {
      memory: now.hits.memory - before.hits.memory,
      disk: now.hits.disk - before.hits.disk,
      remote: now.hits.remote - before.hits.remote,
    },
    misses: now.misses - before.misses,
    stored: now.stored - before.stored,
    ahead: { fetched: now.ahead.fetched - before.ahead.fetched, asked: now.ahead.asked - before.ahead.asked },
    downloadedBytes: now.downloadedBytes - before.downloadedBytes,
    uploadedBytes: now.uploadedBytes - before.uploadedBytes,
    troubles: troubles.filter(({ count }) => count > 0),
  };
}
