import type { RestartOptions, TaskHash, TaskId } from '@larder/core';

/** That a task is to be executed, whatever the cache has. */
export interface RestartWish extends RestartOptions {
  /** Attempts of it that failed, with that hash. */
  readonly failedAttempts: number;
  readonly hash: TaskHash | null;
}

/** Tasks that a person wants executed once more. */
export class RestartWishes {
  readonly #wishes: Map<TaskId, RestartWish>;

  constructor(first: ReadonlyMap<TaskId, RestartWish>) {
    this.#wishes = new Map(first);
  }

  add(task: TaskId, wish: RestartWish): void {
    this.#wishes.set(task, wish);
  }

  /** Whether it is to be executed whatever the cache has. */
  has(task: TaskId): boolean {
    return this.#wishes.has(task);
  }

  /**
   * How the execution that fulfils the wish begins. The same task with the same hash that fails and then passes is as
   * flaky as one that was tried again by itself; once something was changed, it is another task.
   */
  take(task: TaskId, hash: TaskHash | null): { readonly attempt: number; readonly withInput: boolean } {
    const wish = this.#wishes.get(task);
    this.#wishes.delete(task);
    if (wish === undefined) return { attempt: 1, withInput: false };
    const { failedAttempts, withInput } = wish;
    const isSame = hash !== null && hash === wish.hash && !withInput;
    return { attempt: isSame ? failedAttempts + 1 : 1, withInput };
  }
}
