import type {
  PlannedHash,
  Problem,
  Reporter,
  TaskGraph,
  TaskHash,
  TaskHasher,
  TaskId,
  TaskInputs,
  WorkspacePath,
} from '@larder/core';
import type { ReadDotenv } from '@larder/workspace';
import type { TakenMoves } from './file-moves.ts';
import type { InputHistory } from './input-history.ts';

/** Hashes the tasks of one run, and knows which of their inputs moved since. */
export interface RunHasher extends TaskHasher {
  /** What can be hashed before anything ran; the rest waits for outputs. */
  planAll(): ReadonlyMap<TaskId, PlannedHash>;
  readonly inputsOf: (task: TaskId) => TaskInputs;
  /** What dotenv files hold, as it was hashed; null where none are loaded. */
  readonly readDotenv: ReadDotenv | null;
  /** Watches the run, so that files that tasks produce are looked at again. */
  readonly watcher: Reporter;
  /** What went into earlier hashes. Its user saves and closes it. */
  readonly history: InputHistory;
  /** What decided the hashes beside the files of the workspace. */
  outerInputs(): OuterInputs;
  /** Null where the task was not hashed yet. */
  hashOf(task: TaskId): TaskHash | null;

  // For a run of which a part is remembered.

  /** Whether its hash was taken as it was told, and nobody wants it to be executed since. */
  isTaken(task: TaskId): boolean;

  // For a hasher that knows a part of a run.

  /**
   * What the task has produced was not made of its inputs as they are: nothing that counts it may be stored. The hash
   * that it stands for counts, where there is one.
   */
  distrust(task: TaskId, told: TaskHash | null): void;
  /** Whether inputs of the task, or of what it counts, were seen to move while it ran. */
  hasMoved(task: TaskId): boolean;

  // For a hasher that outlives a run.

  /** Compares files and folders with the disk. */
  look(paths: readonly WorkspacePath[]): void;
  /** What moved since the last call, whoever noticed it. */
  takeMoves(): TakenMoves;
  /** Whether the task was hashed, and before that move. */
  wasHashedBefore(task: TaskId, move: number): boolean;
  /** Reads again what can change without a file of the workspace: values of inputs, and outputs of these tasks. */
  startAgain(tasks: TaskGraph): Promise<readonly Problem[]>;
}

export interface OuterInputs {
  /** Files and folders that nobody tracks, there or not. */
  readonly paths: ReadonlySet<string>;
  /** Whether what git tracks decided something. */
  readonly askedGit: boolean;
  /** What the commands of `runtime` inputs printed. */
  readonly runtime: ReadonlyMap<string, string>;
}
