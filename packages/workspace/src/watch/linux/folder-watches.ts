import { watch, type FSWatcher } from 'node:fs';
import type { WatchLoss } from '../folder-watcher.ts';

export type FolderEvent = 'rename' | 'change';

export interface FolderWatchesOptions {
  /** For every event of the system, from watches that are being closed, too. */
  readonly onSystemEvent: () => void;
  readonly onLost: (loss: WatchLoss) => void;
}

/** Beyond this many folders the watches cost more memory than they are worth. */
const maxWatches = 60_000;

/** The watches of single folders. Closing one waits for the end of the turn, so that what it has queued is counted. */
export class FolderWatches {
  readonly #options: FolderWatchesOptions;
  readonly #open = new Set<FSWatcher>();
  #leaving: FSWatcher[] = [];
  #isClosed = false;

  constructor(options: FolderWatchesOptions) {
    this.#options = options;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  get size(): number {
    return this.#open.size;
  }

  /**
   * Null where the folder cannot be watched now: it is gone, nobody may read it, or all is closed. `onEvent` is called until the watch
   * is left; its name is that of an entry, or the folder's own.
   */
  open(pathAbsolute: string, onEvent: (event: FolderEvent, name: string) => void): FSWatcher | null {
    if (this.#isClosed) return null;
    if (this.#open.size >= maxWatches) {
      this.#options.onLost({ kind: 'lost', why: 'watch-limit', detail: `more than ${maxWatches} folders` });
      return null;
    }
    try {
      const watcher = watch(pathAbsolute, (event, name) => {
        this.#options.onSystemEvent();
        if (!this.#open.has(watcher)) return;
        if (name === null) return this.#fail('an event without a name');
        this.#tell(() => onEvent(event, name));
      });
      watcher.on('error', (error) => this.#fail(error.message));
      this.#open.add(watcher);
      return watcher;
    } catch (error) {
      this.#explain(error as NodeJS.ErrnoException);
      return null;
    }
  }

  leave(watcher: FSWatcher | null): void {
    if (watcher === null || !this.#open.delete(watcher)) return;
    this.#leaving.push(watcher);
  }

  /** At the end of a turn. The system queues one more event for each. */
  closeLeaving(): number {
    const leaving = this.#leaving;
    this.#leaving = [];
    for (const watcher of leaving) watcher.close();
    return leaving.length;
  }

  closeAll(): void {
    this.#isClosed = true;
    for (const watcher of this.#open) this.#leaving.push(watcher);
    this.#open.clear();
    this.closeLeaving();
  }

  /** Whatever goes wrong while an event is handled, its changes are not known then. */
  #tell(handle: () => void): void {
    try {
      handle();
    } catch (error) {
      this.#fail(String(error));
    }
  }

  #fail(detail: string): void {
    this.#options.onLost({ kind: 'lost', why: 'failed', detail });
  }

  #explain({ code, message }: NodeJS.ErrnoException): void {
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'EACCES' || code === 'ELOOP') return;
    const isLimit = code === 'ENOSPC' || code === 'EMFILE' || code === 'ENOMEM';
    this.#options.onLost({ kind: 'lost', why: isLimit ? 'watch-limit' : 'failed', detail: message });
  }
}
