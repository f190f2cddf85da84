import type { FSWatcher } from 'node:fs';
import { join } from 'node:path';
import type { WorkspacePath } from '@larder/core';
import type { FolderWatcher, WatchLoss, WatchOptions } from '../folder-watcher.ts';
import { cookieFolder, prepareCookieFolder, WatchCookies } from '../watch-cookies.ts';
import { EventQueue, readMaxQueuedEvents } from './event-queue.ts';
import { FolderTree } from './folder-tree.ts';
import { FolderWatches } from './folder-watches.ts';
import { readMountsBelow } from './mounts-below.ts';

/** One inotify queue for all folders, so that events come in the order in which things happened. */
export async function watchOnLinux(rootAbsolute: string, options: WatchOptions): Promise<FolderWatcher | WatchLoss> {
  return await new LinuxWatcher(rootAbsolute, options).open();
}

class LinuxWatcher implements FolderWatcher {
  readonly kind = 'watching';
  readonly isExact = true;
  readonly #rootAbsolute: string;
  /** Before any folder was watched. */
  readonly #mounts: string;
  readonly #onBatch: WatchOptions['onBatch'];
  readonly #queue = new EventQueue(readMaxQueuedEvents());
  readonly #watches: FolderWatches;
  readonly #tree: FolderTree;
  readonly #cookies: WatchCookies;
  #cookieWatcher: FSWatcher | null = null;
  #touched = new Set<string>();
  #seenCookies: string[] = [];
  #state: 'opening' | 'open' | 'ended' = 'opening';
  #loss: WatchLoss | null = null;
  #endsTurn = false;

  constructor(rootAbsolute: string, { onBatch }: WatchOptions) {
    this.#rootAbsolute = rootAbsolute;
    this.#mounts = readMountsBelow(rootAbsolute);
    this.#onBatch = onBatch;
    const onLost = (loss: WatchLoss): void => this.#lose(loss);
    this.#watches = new FolderWatches({ onSystemEvent: () => this.#onSystemEvent(), onLost });
    this.#cookies = new WatchCookies(rootAbsolute);
    const onTouched = (path: string): void => void this.#touched.add(path);
    this.#tree = new FolderTree({ rootAbsolute, watches: this.#watches, onTouched, onLost });
  }

  async open(): Promise<FolderWatcher | WatchLoss> {
    try {
      await this.#tree.open();
    } catch (error) {
      this.#lose({ kind: 'lost', why: 'failed', detail: String(error) });
    }
    if (this.#loss !== null) return this.#loss;
    this.#touched.clear();
    this.#state = 'open';
    return this;
  }

  countFolders(): number {
    return this.#watches.size;
  }

  async barrier(deadlineMs: number): Promise<boolean> {
    if (this.#state === 'open') this.#noticeMoves();
    if (this.#state !== 'open') return false;
    try {
      return await this.#dropCookie(deadlineMs);
    } catch {
      // Somebody removed the folder: it is made anew, once.
      this.#dropCookieWatcher();
      return await this.#dropCookie(deadlineMs).catch(() => false);
    }
  }

  async #dropCookie(deadlineMs: number): Promise<boolean> {
    this.#cookieWatcher ??= this.#watchCookies();
    return this.#cookieWatcher !== null && (await this.#cookies.drop(deadlineMs));
  }

  async close(): Promise<void> {
    if (this.#state === 'ended') return;
    this.#state = 'ended';
    this.#watches.closeAll();
    this.#cookies.giveUp();
  }

  /** Of what nobody is told. */
  #noticeMoves(): void {
    if (!this.#tree.isInPlace()) {
      this.#lose({ kind: 'lost', why: 'moved', detail: 'the workspace is not where it was' });
    } else if (readMountsBelow(this.#rootAbsolute) !== this.#mounts) {
      this.#lose({ kind: 'lost', why: 'failed', detail: 'something was mounted in the workspace' });
    }
  }

  #watchCookies(): FSWatcher | null {
    prepareCookieFolder(this.#rootAbsolute);
    const folder = cookieFolder();
    return this.#watches.open(join(this.#rootAbsolute, folder), (event, name) => {
      if (this.#cookies.has(name)) this.#seenCookies.push(name);
      else if (event === 'rename' && folder.endsWith(`/${name}`)) this.#dropCookieWatcher();
    });
  }

  #dropCookieWatcher(): void {
    this.#watches.leave(this.#cookieWatcher);
    this.#cookieWatcher = null;
  }

  #onSystemEvent(): void {
    this.#queue.add(1);
    if (this.#endsTurn || this.#state === 'ended') return;
    this.#endsTurn = true;
    // All that was queued is read before the loop comes to this.
    setImmediate(() => this.#endTurn());
  }

  #endTurn(): void {
    this.#endsTurn = false;
    if (this.#state === 'ended') return;
    if (this.#queue.takeOverflow()) {
      return this.#lose({ kind: 'lost', why: 'overflow', detail: 'more happened at once than the system queues' });
    }
    this.#tree.endTurn();
    this.#queue.add(this.#watches.closeLeaving());
    if (this.#state === 'open' && this.#touched.size > 0) {
      const paths: readonly WorkspacePath[] = [...this.#touched] as WorkspacePath[];
      this.#touched = new Set();
      this.#onBatch({ kind: 'changes', paths });
    }
    for (const name of this.#seenCookies) this.#cookies.settle(name);
    this.#seenCookies = [];
  }

  #lose(loss: WatchLoss): void {
    if (this.#state === 'ended') return;
    const wasOpen = this.#state === 'open';
    this.#loss = loss;
    void this.close();
    if (wasOpen) this.#onBatch(loss);
  }
}
