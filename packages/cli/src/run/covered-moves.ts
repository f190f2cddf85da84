import {
  countedByHash,
  walkFilesets,
  type Fileset,
  type MovedBelow,
  type TaskGraph,
  type TaskId,
  type TaskInputs,
  type WorkspacePath,
} from '@larder/core';
import type { FileMoves } from './file-moves.ts';

export interface CoveredMovesOptions {
  readonly taskGraph: TaskGraph;
  readonly inputsOf: (task: TaskId) => TaskInputs;
  readonly moves: FileMoves;
  /** The number of the next move when a task was hashed. */
  readonly hashedAt: ReadonlyMap<TaskId, number>;
}

interface Covered {
  readonly filesets: readonly Fileset[];
  readonly counted: readonly TaskId[];
}

interface KnownMoves {
  /** Numbers of moves: from this one on, and before that one. */
  readonly since: number;
  readonly to: number;
  readonly paths: readonly WorkspacePath[];
}

/**
 * What moved among the inputs of tasks whose hashes are part of another's. Such a hash stands for files that its own
 * task does not name: when one of these moves before that task has ended, what it made belongs to no hash.
 */
export class CoveredMoves {
  readonly #options: CoveredMovesOptions;
  /** So that each move is compared with the inputs of each task once. */
  readonly #known = new Map<TaskId, KnownMoves>();
  readonly #distrusted = new Set<TaskId>();
  /** What follows from the inputs of a task: asked for by each that counts it. */
  readonly #covered = new Map<TaskId, Covered>();

  constructor(options: CoveredMovesOptions) {
    this.#options = options;
  }

  /** What this task has produced was not made of what counts in its hash, although nobody saw which file moved. */
  distrust(task: TaskId): void {
    this.#distrusted.add(task);
  }

  /** The sets of files, each once. */
  filesetsOf(task: TaskId): readonly Fileset[] {
    const filesets = new Set<Fileset>();
    for (const covered of this.#walk(task))
      for (const fileset of this.#coveredBy(covered).filesets) filesets.add(fileset);
    return [...filesets];
  }

  /** As far as moves were noticed. */
  find(task: TaskId): MovedBelow | null {
    for (const covered of this.#walk(task)) {
      if (this.#distrusted.has(covered)) return { task: covered, paths: [] };
      const paths = this.#movedOf(covered);
      if (paths.length > 0) return { task: covered, paths };
    }
    return null;
  }

  #movedOf(task: TaskId): readonly WorkspacePath[] {
    const { hashedAt, moves } = this.#options;
    const since = hashedAt.get(task);
    if (since === undefined || since === moves.now) return [];
    const known = this.#known.get(task);
    const before: KnownMoves = known?.since === since ? known : { since, to: since, paths: [] };
    if (before.to === moves.now) return before.paths;
    const later = moves.findSince(before.to, this.#coveredBy(task).filesets);
    const paths = [...new Set([...before.paths, ...later])];
    this.#known.set(task, { since, to: moves.now, paths });
    return paths;
  }

  /** Nearest first, each once. */
  *#walk(task: TaskId): Generator<TaskId> {
    const reached = new Set([task]);
    for (const one of reached) {
      if (one !== task) yield one;
      for (const dependency of this.#coveredBy(one).counted) reached.add(dependency);
    }
  }

  #coveredBy(task: TaskId): Covered {
    const known = this.#covered.get(task);
    if (known !== undefined) return known;
    const inputs = this.#options.inputsOf(task);
    const counted = countedByHash(task, inputs, this.#options.taskGraph);
    const covered = { filesets: [...walkFilesets(inputs)], counted };
    this.#covered.set(task, covered);
    return covered;
  }
}
