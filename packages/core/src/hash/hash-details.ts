import type { TaskHash, TaskId } from '../ids.ts';

export type HashEntryKind =
  | 'hash-version'
  | 'executor'
  | 'options'
  | 'args'
  | 'files'
  | 'json'
  | 'env'
  | 'runtime'
  | 'external'
  | 'task'
  | 'output-files'
  | 'outputs'
  | 'platform'
  | 'working-directory'
  | 'plugin';

/** One named value that went into a hash. Secrets never stand here: env values appear as digests. */
export interface HashEntry {
  readonly kind: HashEntryKind;
  readonly name: string;
  readonly value: string;
}

export interface TaskHashDetails {
  readonly task: TaskId;
  readonly hash: TaskHash;
  /** In the order in which they were hashed: by kind, then by name. */
  readonly entries: readonly HashEntry[];
}
