import type { OutputStyle, PlannedTask, RunPlan, TaskHash, TaskId } from '@larder/core';

/** The answer of a command, as far as it can be told again. */
export type RunMemo = RecalledRun | RecalledPlan | RecalledNothing;

/** What a memo holds: an answer, or what is known of a part of a run. */
export type KeptMemo = RunMemo | RememberedPart;

/** A run that found everything up to date. */
export interface RecalledRun {
  readonly v: 1;
  readonly kind: 'run';
  /** As the person typed it. */
  readonly command: string;
  readonly slots: number;
  readonly outputStyle: OutputStyle | null;
  readonly verbose: boolean;
  readonly cacheDirectoryAbsolute: string;
  readonly runtime: readonly CommandOutput[];
  readonly tasks: readonly PlannedTask[];
  /** In the order in which they settled; their output follows each other in the attachment. */
  readonly settled: readonly RememberedTask[];
}

/**
 * A run that found most of its tasks up to date. Of the others, which are executed or restored in most cases, nothing is
 * remembered, and nothing proves what became of them: it says something to a run that looks at these for itself.
 */
export interface RememberedPart extends Pick<RecalledRun, 'v' | 'cacheDirectoryAbsolute' | 'settled'> {
  readonly kind: 'part';
}

export interface RememberedTask {
  readonly id: TaskId;
  readonly hash: TaskHash;
  readonly savedMs: number;
  readonly outputBytes: number;
}

/** A command whose output is an input of tasks: it has to be asked again whenever the answer is told. */
export interface CommandOutput {
  readonly command: string;
  /** Of what it printed. */
  readonly digest: string;
}

/** A dry run that asked the local cache alone. */
export interface RecalledPlan {
  readonly v: 1;
  readonly kind: 'plan';
  readonly format: 'text' | 'json';
  readonly cacheDirectoryAbsolute: string;
  readonly runtime: readonly CommandOutput[];
  readonly plan: RunPlan;
}

/** No task was selected. */
export interface RecalledNothing {
  readonly v: 1;
  readonly kind: 'nothing';
  readonly format: NothingFormat;
}

export type NothingFormat = 'text' | 'json' | 'ndjson';
