import { watchFolder, type FolderWatcher, type WatchLoss } from '@larder/workspace';
import type { BatchCollector } from './collect-batches.ts';

export interface ChangeSourceOptions {
  readonly rootAbsolute: string;
  readonly collector: BatchCollector;
  readonly say: (text: string) => void;
  /** Called when the workspace is not there any more. */
  readonly onGone: (detail: string) => void;
}

const pollEveryMs = 2_000;
/** Watchers that collect events before they report them. */
const lagOfOthersMs = 300;
/** Between two attempts, where the system dropped events: it is busy. */
const retryAfterMs = 200;

/**
 * Keeps a watcher on the workspace, whatever happens to it: after a loss everything counts as changed and there is a
 * new one; where the system can watch nothing, or not all of it, the workspace is compared every two seconds instead.
 */
export class ChangeSource {
  readonly #options: ChangeSourceOptions;
  #watcher: FolderWatcher | null = null;
  #timer: NodeJS.Timeout | null = null;
  #isClosed = false;

  constructor(options: ChangeSourceOptions) {
    this.#options = options;
  }

  /** How long after a change it may be reported at the latest, in all likelihood. */
  get lagMs(): number {
    return this.#watcher?.isExact === true ? 0 : lagOfOthersMs;
  }

  /** Resolves when changes from now on are seen. */
  async open(): Promise<void> {
    const { rootAbsolute, collector } = this.#options;
    const opened = await watchFolder(rootAbsolute, {
      onBatch: (batch) => {
        if (batch.kind === 'changes') collector.add(batch.paths);
        else this.#recover(batch);
      },
    });
    if (opened.kind === 'lost') return this.#recover(opened);
    if (this.#isClosed) void opened.close();
    else this.#watcher = opened;
  }

  close(): void {
    this.#isClosed = true;
    void this.#watcher?.close();
    if (this.#timer !== null) clearTimeout(this.#timer);
  }

  #recover({ why, detail }: WatchLoss): void {
    this.#watcher = null;
    if (this.#isClosed) return;
    switch (why) {
      case 'overflow':
        this.#options.collector.addEverything();
        this.#timer = setTimeout(() => void this.open(), retryAfterMs);
        return;
      case 'moved':
        return this.#options.onGone(detail);
      case 'watch-limit':
      case 'file-system':
      case 'unsupported':
      case 'failed':
        this.#options.say(`${adviceOn(why)} (${detail}). Looking at all files every ${pollEveryMs / 1000} seconds.`);
        this.#poll();
    }
  }

  #poll(): void {
    this.#timer = setTimeout(() => {
      this.#options.collector.addEverything();
      this.#poll();
    }, pollEveryMs);
  }
}

function adviceOn(why: 'watch-limit' | 'file-system' | 'unsupported' | 'failed'): string {
  switch (why) {
    case 'watch-limit':
      return 'The system watches no more folders: raise fs.inotify.max_user_watches';
    case 'file-system':
      return 'This file system does not tell of all changes';
    case 'unsupported':
      return 'There is no watcher for this platform';
    case 'failed':
      return 'The workspace cannot be watched';
  }
}
