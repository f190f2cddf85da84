import {
  walkFilesets,
  walkGroups,
  type Fileset,
  type MovedBelow,
  type TaskGraph,
  type TaskHash,
  type TaskId,
  type TaskInputs,
  type WorkspacePath,
} from '@larder/core';
import { monotonicMs } from '@larder/runner';
import { CoveredMoves } from './covered-moves.ts';
import type { DiskInputs } from './disk-inputs.ts';
import { FileMoves, type TakenMoves } from './file-moves.ts';
import { SharedRefresh } from './shared-refresh.ts';

export interface InputMovesOptions {
  readonly taskGraph: TaskGraph;
  readonly inputsOf: (task: TaskId) => TaskInputs;
  /** None of these has inputs that nobody tracks. */
  readonly takenHashes: ReadonlyMap<TaskId, TaskHash>;
  readonly disk: DiskInputs;
  /** Compares files and folders that are tracked with the disk, and gives those that moved. */
  readonly refresh: (paths: readonly WorkspacePath[]) => readonly WorkspacePath[];
  /** Whether people may edit while tasks run. Where nobody does, files move because generators write into their inputs. */
  readonly isEdited: boolean;
  /** Called when something moved. */
  readonly onMoved: () => void;
}

/**
 * Tasks change files while others are hashed. So every move of a file that anybody has seen is given
 * a number, and a task whose inputs include a file that moved after the task was hashed may not be
 * stored, whoever noticed the move first.
 */
export class InputMoves {
  readonly #options: InputMovesOptions;
  readonly #moves = new FileMoves();
  readonly #hashedAt = new Map<TaskId, number>();
  readonly #covered: CoveredMoves;
  /** Whose inputs, or those of what they count, were seen to move while they ran. */
  readonly #unsettled = new Set<TaskId>();
  readonly #verification: SharedRefresh;
  /** Nearly always false; walking through all that a task counts, for each task, would be quadratic. */
  readonly #hasDiskInputs: boolean;

  constructor(options: InputMovesOptions) {
    this.#options = options;
    const { taskGraph, inputsOf, takenHashes } = options;
    this.#covered = new CoveredMoves({ taskGraph, inputsOf, moves: this.#moves, hashedAt: this.#hashedAt });
    this.#hasDiskInputs = hasDiskInputs([...taskGraph.tasks.keys()].filter((id) => !takenHashes.has(id)).map(inputsOf));
    this.#verification = new SharedRefresh({ refresh: (paths) => this.refresh(paths), now: monotonicMs });
  }

  /** The task is hashed of what is known now. */
  noteHashed(task: TaskId): void {
    this.#hashedAt.set(task, this.#moves.now);
  }

  wasHashedBefore(task: TaskId, move: number): boolean {
    return (this.#hashedAt.get(task) ?? Infinity) <= move;
  }

  /** What moved since the last call, whoever noticed it. */
  take(): TakenMoves {
    return this.#moves.take();
  }

  distrust(task: TaskId): void {
    this.#covered.distrust(task);
  }

  hasMoved(task: TaskId): boolean {
    return this.#unsettled.has(task);
  }

  /** Nobody else will ask. */
  hurry(): void {
    this.#verification.hurry();
  }

  refresh(paths: readonly WorkspacePath[]): void {
    const moved = this.#options.refresh(paths);
    if (moved.length > 0) this.#note(moved, []);
  }

  /** At paths that somebody saw change. */
  look(paths: readonly WorkspacePath[]): void {
    this.refresh(paths);
    // Nobody tracks ignored files: whatever looks as if it were one makes the sets that may hold it be looked at.
    if (this.#hasDiskInputs) this.#lookAtDisk(this.#options.disk.filesets.filter(({ matches }) => paths.some(matches)));
  }

  /** At inputs of the task that nobody tracks. */
  lookAtUntracked(task: TaskId): void {
    if (this.#hasDiskInputs) this.#lookAtDisk([...walkFilesets(this.#options.inputsOf(task))]);
  }

  /** Files among the task's inputs that moved since it was hashed. */
  async findOf(task: TaskId): Promise<readonly WorkspacePath[]> {
    const filesets = [...walkFilesets(this.#options.inputsOf(task))];
    await this.#verify(filesets);
    const moved = this.#moves.findSince(this.#hashedAt.get(task) ?? 0, filesets);
    if (moved.length > 0) this.#unsettled.add(task);
    return moved;
  }

  /** The same of a task whose hash is part of this one's. */
  async findBelow(task: TaskId): Promise<MovedBelow | null> {
    if (!this.#options.isEdited) return null;
    await this.#verify(this.#covered.filesetsOf(task));
    const moved = this.#covered.find(task);
    if (moved !== null) this.#unsettled.add(task);
    return moved;
  }

  async #verify(filesets: readonly Fileset[]): Promise<void> {
    await this.#verification.look(filesets.flatMap((fileset) => fileset.bases));
    if (this.#hasDiskInputs) this.#lookAtDisk(filesets);
  }

  #lookAtDisk(filesets: readonly Fileset[]): void {
    const moved = this.#options.disk.findMoved(filesets);
    if (moved.length > 0) this.#note([], moved);
  }

  #note(paths: readonly WorkspacePath[], sets: readonly Fileset[]): void {
    this.#moves.note(paths, sets);
    this.#options.onMoved();
  }
}

function hasDiskInputs(all: readonly TaskInputs[]): boolean {
  const usesDisk = (part: { readonly filesets: readonly Fileset[] }): boolean =>
    part.filesets.some((fileset) => fileset.source === 'disk');
  return all.some(usesDisk) || [...walkGroups(all)].some(usesDisk);
}
