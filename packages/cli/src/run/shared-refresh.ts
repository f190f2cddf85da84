import { setImmediate as nextTurn, setTimeout as delay } from 'node:timers/promises';
import type { WorkspacePath } from '@larder/core';

export interface SharedRefreshOptions {
  /** Compares files and folders with the disk; everything that it finds has been noted when it returns. */
  readonly refresh: (paths: readonly WorkspacePath[]) => void;
  /** Monotonic milliseconds. */
  readonly now: () => number;
}

/** What others ask for meanwhile is looked at together; so long a finished task may wait for them. */
const longestWaitMs = 50;

/**
 * Looks at the disk for many tasks at once. In a large graph the tasks that end share most of the folders that they
 * have to be checked against, and one look that begins after all of them have ended holds for each. The wait is in
 * proportion to what the last look cost: where looking is cheap, nobody waits for company.
 */
export class SharedRefresh {
  readonly #options: SharedRefreshOptions;
  #waiting: { readonly paths: Set<WorkspacePath>; readonly looked: Promise<void> } | null = null;
  #lastCostMs = 0;

  constructor(options: SharedRefreshOptions) {
    this.#options = options;
  }

  /** Resolves when all of the paths have been looked at by a look that began after this call. */
  async look(paths: readonly WorkspacePath[]): Promise<void> {
    if (this.#waiting === null) {
      const together = new Set<WorkspacePath>();
      this.#waiting = { paths: together, looked: this.#lookSoon(together) };
    }
    const { paths: together, looked } = this.#waiting;
    for (const path of paths) together.add(path);
    try {
      await looked;
    } catch {
      // What one of them cannot read must not fail the others: each looks for itself.
      this.#options.refresh(dropNested(paths));
    }
  }

  async #lookSoon(paths: ReadonlySet<WorkspacePath>): Promise<void> {
    const waitMs = Math.min(longestWaitMs, 2 * this.#lastCostMs);
    await (waitMs < 1 ? nextTurn() : delay(waitMs));
    // Who asks from now on asks for a later look.
    this.#waiting = null;
    const startedAt = this.#options.now();
    this.#options.refresh(dropNested(paths));
    this.#lastCostMs = this.#options.now() - startedAt;
  }
}

function dropNested(paths: Iterable<WorkspacePath>): readonly WorkspacePath[] {
  const all = new Set<string>(paths);
  if (all.has('')) return ['' as WorkspacePath];
  return ([...all] as WorkspacePath[]).filter((path) => {
    for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) {
      if (all.has(path.slice(0, end))) return false;
    }
    return true;
  });
}
