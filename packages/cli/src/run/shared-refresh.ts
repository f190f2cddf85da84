import type { WorkspacePath } from '@larder/core';

export interface SharedRefreshOptions {
  /** Compares files and folders with the disk; everything that it finds has been noted when it returns. */
  readonly refresh: (paths: readonly WorkspacePath[]) => void;
  /** Monotonic milliseconds. */
  readonly now: () => number;
}

/** What others ask for meanwhile is looked at together; so long a result may wait to be published. */
const longestWaitMs = 2_000;
/** Looking takes a twentieth of the time at most, except at the end. */
const waitPerCost = 20;

interface Waiting {
  readonly paths: Set<WorkspacePath>;
  readonly looked: Promise<void>;
  readonly hurry: () => void;
}

/**
 * Looks at the disk for many tasks at once. In a large graph the tasks that end share most of the folders that they
 * have to be checked against, and one look that begins after all of them have ended holds for each. The wait is in
 * proportion to what the last look cost: where looking is cheap, it comes soon.
 */
export class SharedRefresh {
  readonly #options: SharedRefreshOptions;
  #waiting: Waiting | null = null;
  #lastCostMs = 0;

  constructor(options: SharedRefreshOptions) {
    this.#options = options;
  }

  /** Resolves when all of the paths have been looked at by a look that began after this call. */
  async look(paths: readonly WorkspacePath[]): Promise<void> {
    if (this.#waiting === null) {
      const together = new Set<WorkspacePath>();
      const { promise: due, resolve: hurry } = Promise.withResolvers<void>();
      this.#waiting = { paths: together, looked: this.#lookWhen(due, together), hurry };
      const timer = setTimeout(hurry, Math.min(longestWaitMs, waitPerCost * this.#lastCostMs));
      void due.then(() => clearTimeout(timer));
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

  /** Nobody else will ask: looks as soon as everything that happens now is over. */
  hurry(): void {
    this.#waiting?.hurry();
  }

  async #lookWhen(due: Promise<void>, paths: ReadonlySet<WorkspacePath>): Promise<void> {
    await due;
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
