import type { NxHash } from '@larder/protocol';
import type { EntryKey } from '../entries/entry.ts';
import type { Levels, LookupObserver } from '../levels.ts';
import { AheadRun } from './ahead-run.ts';
import { markNxRecords, readNewHashes, type RecordsMark } from './nx-records.ts';

export interface FetchAheadOptions {
  readonly levels: Pick<Levels, 'fetchAhead' | 'asking'>;
  /** To the server, of all that is fetched from it. */
  readonly connections: number;
  /** Milliseconds that only grow. */
  readonly now: () => number;
  /** For what users need not read. */
  readonly log: (text: string) => void;
}

interface Run {
  readonly mark: Promise<RecordsMark>;
  /** What Nx has asked for: it will not ask again. */
  readonly asked: Set<string>;
  ahead: AheadRun | 'not yet' | 'reading';
}

const maxRuns = 50;
const maxAsked = 20_000;
const maxSlots = 8;
/** Of one run; more is fetched when Nx asks for it. */
const maxBytes = 1024 ** 3;

/**
 * Nx asks for an artifact when all that its task depends on is done: one round trip to the server for each layer of the
 * graph. But it has hashed most tasks by then. As soon as the server turns out to have one artifact of a run, the others
 * that the run has hashed are fetched too, beside what Nx asks for. A server that is down, or has nothing, is asked nothing.
 */
export class FetchAhead implements LookupObserver {
  readonly #options: FetchAheadOptions;
  readonly #runs = new Map<string, Run>();
  #hasLogged = false;

  constructor(options: FetchAheadOptions) {
    this.#options = options;
  }

  /** Settles when it is known where the records end; whoever begins a run need not wait for that. Never rejects. */
  async begin(runId: string, recordsAbsolute: string): Promise<void> {
    this.end(runId);
    const { promise: mark, resolve } = Promise.withResolvers<RecordsMark>();
    setImmediate(() => resolve(markNxRecords(recordsAbsolute)));
    const [oldest] = this.#runs.size >= maxRuns ? this.#runs.keys() : [];
    if (oldest !== undefined) this.end(oldest);
    this.#runs.set(runId, { mark, asked: new Set(), ahead: 'not yet' });
    await mark;
  }

  end(runId: string): void {
    const ahead = this.#runs.get(runId)?.ahead;
    this.#runs.delete(runId);
    if (ahead instanceof AheadRun) ahead.stop();
  }

  /** Ends all others: the processes of some are gone. */
  keep(runIds: ReadonlySet<string>): void {
    for (const runId of this.#runs.keys()) if (!runIds.has(runId)) this.end(runId);
  }

  asked({ protocol, hash }: EntryKey): void {
    if (protocol !== 'nx') return;
    for (const { asked } of this.#runs.values()) if (asked.size < maxAsked) asked.add(hash);
  }

  /** Nobody knows whose lookup it was: those who ask at once share one. */
  found({ protocol }: EntryKey): void {
    if (protocol !== 'nx') return;
    for (const [runId, run] of this.#runs) if (run.ahead === 'not yet') void this.#start(runId, run);
  }

  answered(): void {
    for (const { ahead } of this.#runs.values()) if (ahead instanceof AheadRun) ahead.startNext();
  }

  async #start(runId: string, run: Run): Promise<void> {
    run.ahead = 'reading';
    const { hashes, trouble } = await readNewHashes(await run.mark, this.#options.now);
    if (trouble !== null) this.#logOnce(trouble);
    if (this.#runs.get(runId) !== run) return;
    const { levels } = this.#options;
    const wanted = hashes.filter((hash) => !run.asked.has(hash));
    run.ahead = new AheadRun(wanted, {
      fetch: (hash: NxHash, limitBytes) =>
        run.asked.has(hash) ? null : levels.fetchAhead({ protocol: 'nx', hash }, limitBytes),
      countFreeSlots: () => this.#countSlots() - levels.asking,
      maxBytes,
    });
    run.ahead.startNext();
  }

  /** Half of the connections are kept for what Nx waits for. */
  #countSlots(): number {
    return Math.min(maxSlots, Math.floor(this.#options.connections / 2));
  }

  #logOnce(trouble: string): void {
    if (this.#hasLogged) return;
    this.#hasLogged = true;
    this.#options.log(`what nx hashed cannot be read, and is not fetched ahead: ${trouble}`);
  }
}
