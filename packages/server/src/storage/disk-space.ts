import type { RecordFact } from '../server-event.ts';
import type { EntryIndex } from './entry-index.ts';
import { removeFiles } from './remove-files.ts';
import { scopeClasses, type ScopeClass } from './scope-class.ts';

export interface DiskSpaceOptions {
  readonly index: EntryIndex;
  readonly entriesAbsolute: string;
  readonly record: RecordFact;
}

/** When the disk is full before the limit is reached, at least so much goes at a time. */
const leastBytesOnFullDisk = 16 * 1024 * 1024;

/** Room for entries: what the index says has to go is removed from the disk, never across classes of scopes. */
export class DiskSpace {
  readonly #options: DiskSpaceOptions;

  constructor(options: DiskSpaceOptions) {
    this.#options = options;
  }

  /** False where there is no room for so many bytes, not even after evicting everything else of that class. */
  async reserve(scopeClass: ScopeClass, bytes: number): Promise<boolean> {
    if (!this.#options.index.reserve(scopeClass, bytes)) return false;
    await this.evictExcess(scopeClass);
    return true;
  }

  release(scopeClass: ScopeClass, bytes: number): void {
    this.#options.index.release(scopeClass, bytes);
  }

  async evictExcess(scopeClass: ScopeClass): Promise<void> {
    const { index } = this.#options;
    for (;;) {
      const paths = index.takeExcess(scopeClass, 0);
      if (paths.length === 0) return;
      await this.#evict(paths);
    }
  }

  async evictAllExcess(): Promise<void> {
    for (const scopeClass of scopeClasses) await this.evictExcess(scopeClass);
  }

  /** For a disk that is full, whatever the limit says. False where nothing is left to go. */
  async evictForFullDisk(scopeClass: ScopeClass, bytes: number): Promise<boolean> {
    const paths = this.#options.index.takeExcess(scopeClass, Math.max(bytes, leastBytesOnFullDisk));
    return (await this.#evict(paths)) > 0;
  }

  async evictUnusedSince(epochMs: number): Promise<void> {
    for (const scopeClass of scopeClasses) {
      for (;;) {
        const paths = this.#options.index.takeUnusedSince(scopeClass, epochMs);
        if (paths.length === 0) break;
        await this.#evict(paths);
      }
    }
  }

  async #evict(paths: readonly string[]): Promise<number> {
    if (paths.length === 0) return 0;
    const { entriesAbsolute, record } = this.#options;
    record({ type: 'entries-evicted', count: paths.length });
    return await removeFiles(entriesAbsolute, paths, record);
  }
}
