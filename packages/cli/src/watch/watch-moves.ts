import {
  RepeatedMoves,
  type AffectedReason,
  type Change,
  type RunEvent,
  type TaskId,
  type WorkspacePath,
} from '@larder/core';
import { isWatchedPath } from '@larder/workspace';
import type { StaleTasks, WatchedWorkspace } from './watched-workspace.ts';

export interface RepeatedWait {
  /** From the end of the last round on. */
  readonly delayMs: number;
  readonly paths: readonly WorkspacePath[];
}

/** What has moved in a watched workspace, and which tasks are no longer as they were hashed because of it. */
export class WatchMoves {
  readonly #repeated = new RepeatedMoves();
  readonly #stale = new Map<TaskId, AffectedReason>();
  /** Files that may have changed what projects and tasks there are; kept while that cannot be read. */
  readonly #redefining = new Set<WorkspacePath>();
  #watched: WatchedWorkspace;

  constructor(watched: WatchedWorkspace) {
    this.#watched = watched;
  }

  /** What may define projects and tasks otherwise, and has not been read. */
  get unread(): readonly WorkspacePath[] {
    return [...this.#redefining];
  }

  look(paths: readonly WorkspacePath[] | 'all'): void {
    const { hasher } = this.#watched;
    const all = ['' as WorkspacePath];
    // What is ignored from now on, or no longer, is found by listing everything again.
    if (paths === 'all' || paths.some((path) => /(^|\/)\.(git|nx)ignore$/.test(path))) hasher.look(all);
    else hasher.look(paths.filter(isWatchedPath));
  }

  /** Takes in what was seen since the last time. Whether there is a file among it that may define projects and tasks. */
  note(options: { readonly whileRunning: boolean }): boolean {
    const moves = this.#watched.hasher.takeMoves();
    const paths = [...moves.paths.keys()];
    this.#repeated.note(paths, options);
    for (const [task, reason] of this.#watched.findStale(moves))
      if (!this.#stale.has(task)) this.#stale.set(task, reason);
    const mayRedefine = this.#watched.mayRedefine(paths);
    if (mayRedefine) for (const path of paths) this.#redefining.add(path);
    return mayRedefine;
  }

  /** These have been read; whether more have moved in the meantime. */
  forgetRead(read: readonly WorkspacePath[]): boolean {
    for (const path of read) this.#redefining.delete(path);
    return this.#redefining.size > 0;
  }

  /** From now on another state of the workspace is watched; `read` made the difference. */
  adopt(watched: WatchedWorkspace, read: readonly WorkspacePath[]): void {
    const before = this.#watched;
    this.#watched = watched;
    const changes = read.map((path): Change => ({ path, kind: 'modified' }));
    for (const [task, reason] of watched.findRedefined(before, changes)) this.#stale.set(task, reason);
    for (const task of this.#stale.keys()) if (!watched.taskGraph.tasks.has(task)) this.#stale.delete(task);
  }

  /** Tasks that are stale, and what depends on them. */
  listOutdated(): StaleTasks {
    return this.#watched.addDependents(this.#stale);
  }

  /** Those of them for which tasks that run are interrupted: not for what tasks write again and again. */
  listInterrupting(): StaleTasks {
    const stale = [...this.#stale].filter(
      ([, reason]) => reason.kind !== 'file' || this.#repeated.mayInterrupt(reason.path),
    );
    return this.#watched.addDependents(new Map(stale));
  }

  /** Whoever is hashed now is hashed as things are; what was overtaken is not done with. */
  forgetHashed(event: RunEvent, { isOvertaken }: { readonly isOvertaken: boolean }): void {
    if (event.type === 'task-hashed') this.#stale.delete(event.task);
    if (event.type !== 'task-settled') return;
    const isLeftOver = event.outcome.kind === 'cancelled' && isOvertaken;
    if (!isLeftOver && event.hash === null) this.#stale.delete(event.task);
  }

  /** Where only such files ask for a round that the tasks themselves change again and again; else null. */
  findRepeatedWait(): RepeatedWait | null {
    const reasons = [...this.#stale.values()];
    const paths = reasons.flatMap((reason) => (reason.kind === 'file' ? reason.path : []));
    if (paths.length < reasons.length) return null;
    return { delayMs: this.#repeated.delayMs(paths), paths };
  }

  endRound(): void {
    this.#repeated.endRound();
  }
}
