import type { TaskId, WorkspacePath } from '../ids.ts';

/** One path that differs between base and head. A rename is a deletion and an addition. */
export interface Change {
  readonly path: WorkspacePath;
  readonly kind: 'added' | 'modified' | 'deleted';
}

/** A package from outside the workspace. Null: it is not used there. Equal versions: its bytes differ, by a patch for example. */
export interface PackageChange {
  readonly name: string;
  /** Several are joined with commas. */
  readonly before: string | null;
  readonly after: string | null;
}

/** Why a task is affected: the nearest cause, and of several alike the one with the shortest path, then by code unit. */
export type AffectedReason =
  /** Touched: the path is in this fileset. `input` is its label, or that of the `^` input that led to it. */
  | { readonly kind: 'file'; readonly path: WorkspacePath; readonly input: string }
  /** The path configures the task's project, or all of them. `keys` say what is defined otherwise; empty where that is not known. */
  | { readonly kind: 'config'; readonly path: WorkspacePath; readonly keys: readonly string[] }
  /** `packages` that the task counts are not what they were; empty where only the whole lockfile can be told apart. */
  | { readonly kind: 'lockfile'; readonly path: WorkspacePath; readonly packages: readonly PackageChange[] }
  /** Depends on a task that is affected. */
  | { readonly kind: 'dependency'; readonly task: TaskId };
