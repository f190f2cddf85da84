import type { OutputStyle, PlannedTask, TaskHash, TaskId } from '@larder/core';

/** A run that found everything up to date, as far as it can be told again. */
export interface RunMemo {
  readonly v: 1;
  /** As the person typed it. */
  readonly command: string;
  readonly slots: number;
  readonly outputStyle: OutputStyle | null;
  readonly verbose: boolean;
  readonly cacheDirectoryAbsolute: string;
  readonly tasks: readonly PlannedTask[];
  /** In the order in which they settled; their output follows each other in the attachment. */
  readonly settled: readonly RememberedTask[];
}

export interface RememberedTask {
  readonly id: TaskId;
  readonly hash: TaskHash;
  readonly savedMs: number;
  readonly outputBytes: number;
}
