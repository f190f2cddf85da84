import type { TaskId, WorkspacePath } from '../ids.ts';

/** One path that differs between base and head. A rename is a deletion and an addition. */
export interface Change {
  readonly path: WorkspacePath;
  readonly kind: 'added' | 'modified' | 'deleted';
}

/** Why a task is affected: the nearest cause, and of several alike the one with the shortest path, then by code unit. */
export type AffectedReason =
  /** Touched: the path is in this fileset. `input` is its label, or that of the `^` input that led to it. */
  | { readonly kind: 'file'; readonly path: WorkspacePath; readonly input: string }
  /** The path configures the task's project, or all of them. */
  | { readonly kind: 'config'; readonly path: WorkspacePath }
  | { readonly kind: 'lockfile'; readonly path: WorkspacePath }
  /** Depends on a task that is affected. */
  | { readonly kind: 'dependency'; readonly task: TaskId };
