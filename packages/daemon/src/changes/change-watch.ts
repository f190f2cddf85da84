import { randomUUID } from 'node:crypto';
import type { FolderWatcher, WatchedChanges, WatchLoss } from '@larder/workspace';
import { ChangeJournal, type ChangeClock } from './change-journal.ts';
import type { ChangesAnswer } from './changes-message.ts';

export interface ChangesStatus {
  /** `watching`, or why not. */
  readonly state: 'opening' | 'watching' | 'lost';
  /** Why the last watcher was lost, or could not be opened; null where none was. */
  readonly loss: Pick<WatchLoss, 'why' | 'detail'> | null;
  readonly losses: number;
  readonly folders: number;
  /** Paths that are remembered. */
  readonly journalPaths: number;
  readonly answers: { readonly changes: number; readonly unknown: number };
}

export interface ChangeWatchOptions {
  readonly openWatcher: (onBatch: (batch: WatchedChanges | WatchLoss) => void) => Promise<FolderWatcher | WatchLoss>;
  /** The time of day, and one that stands still while the machine sleeps. */
  readonly readClocks: () => { readonly wallMs: number; readonly monotonicMs: number };
  /** Calls back after so many milliseconds, unless the process ends before. */
  readonly later: (callback: () => void, afterMs: number) => void;
}

/** Who must look at more paths than this looks at all of them as fast. An answer with all of them has its limit, too. */
const journalLimits = { maxPaths: 5_000, maxLength: 400_000 };
/** More than clocks are slewed in the life of a daemon, less than anybody sleeps. */
const clockJumpMs = 2_000;
const firstRetryMs = 1_000;
const lastRetryMs = 5 * 60_000;

/** Answers what changed, from a watcher and a journal; whatever goes wrong with either makes the past unknown. */
export class ChangeWatch {
  readonly #options: ChangeWatchOptions;
  #watcher: FolderWatcher | null = null;
  #journal = newJournal();
  #state: ChangesStatus['state'] = 'opening';
  #loss: WatchLoss | null = null;
  #losses = 0;
  #retryMs = firstRetryMs;
  #clockOffsetMs: number;
  #isClosed = false;
  readonly #answers = { changes: 0, unknown: 0 };

  constructor(options: ChangeWatchOptions) {
    this.#options = options;
    this.#clockOffsetMs = this.#readClockOffset();
    void this.#open();
  }

  async answer(since: ChangeClock | null, deadlineMs: number): Promise<ChangesAnswer> {
    const answer = await this.#answer(since, deadlineMs);
    this.#answers[answer.kind] += 1;
    return answer;
  }

  status(): ChangesStatus {
    return {
      state: this.#state,
      loss: this.#loss === null ? null : { why: this.#loss.why, detail: this.#loss.detail },
      losses: this.#losses,
      folders: this.#watcher?.countFolders() ?? 0,
      journalPaths: this.#journal.size,
      answers: { ...this.#answers },
    };
  }

  close(): void {
    this.#isClosed = true;
    void this.#watcher?.close();
    this.#watcher = null;
  }

  async #answer(since: ChangeClock | null, deadlineMs: number): Promise<ChangesAnswer> {
    this.#noticeSleep();
    const watcher = this.#watcher;
    if (watcher === null) return { kind: 'unknown', clock: null, why: this.#whyNot() };
    const isCertain = await watcher.barrier(deadlineMs);
    if (!isCertain || watcher !== this.#watcher) return { kind: 'unknown', clock: null, why: this.#whyNot() };
    const answer = this.#journal.since(since);
    // It works again.
    if (answer.kind === 'changes') this.#retryMs = firstRetryMs;
    // The empty path is the whole workspace.
    const isAnyPath = answer.kind === 'changes' && answer.paths.includes('');
    return isAnyPath ? { kind: 'unknown', clock: answer.clock, why: 'a file with several names' } : answer;
  }

  #whyNot(): string {
    if (this.#state === 'opening') return 'the watcher is being opened';
    if (this.#state === 'lost') return `the watcher was lost: ${this.#loss?.why ?? ''}`;
    return 'the watcher did not catch up in time';
  }

  async #open(): Promise<void> {
    const watcher = await this.#options.openWatcher((batch) => {
      if (batch.kind === 'lost') this.#lose(batch);
      else this.#journal.record(batch.paths);
    });
    if (watcher.kind === 'lost') return this.#lose(watcher);
    if (this.#isClosed || !watcher.isExact) {
      void watcher.close();
      const detail = 'on this platform silence does not prove that nothing changed';
      if (!this.#isClosed) this.#lose({ kind: 'lost', why: 'unsupported', detail });
      return;
    }
    this.#watcher = watcher;
    this.#state = 'watching';
  }

  #lose(loss: WatchLoss): void {
    if (this.#isClosed) return;
    this.#watcher = null;
    this.#journal = newJournal();
    this.#state = 'lost';
    this.#loss = loss;
    this.#losses += 1;
    if (!mayRecover(loss)) return;
    const afterMs = loss.why === 'watch-limit' ? lastRetryMs : this.#retryMs;
    this.#retryMs = Math.min(this.#retryMs * 2, lastRetryMs);
    this.#options.later(() => this.#reopen(), afterMs);
  }

  #reopen(): void {
    if (this.#isClosed) return;
    this.#state = 'opening';
    void this.#open();
  }

  /** While a machine sleeps, or its clock is set, files may get times that prove nothing. */
  #noticeSleep(): void {
    const offsetMs = this.#readClockOffset();
    if (Math.abs(offsetMs - this.#clockOffsetMs) > clockJumpMs) this.#journal = newJournal();
    this.#clockOffsetMs = offsetMs;
  }

  #readClockOffset(): number {
    const { wallMs, monotonicMs } = this.#options.readClocks();
    return wallMs - monotonicMs;
  }
}

function newJournal(): ChangeJournal {
  return new ChangeJournal({ instance: randomUUID(), ...journalLimits });
}

function mayRecover({ why }: WatchLoss): boolean {
  return why === 'overflow' || why === 'failed' || why === 'watch-limit';
}
