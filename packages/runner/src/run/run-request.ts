import type {
  Clock,
  ContinueMode,
  DebugLog,
  Executor,
  MachineLoad,
  MachinePressure,
  ProjectGraph,
  RetryPolicy,
  RunId,
  RunTotals,
  SharedCapacity,
  SpawnProcess,
  Task,
  TaskCache,
  TaskGraph,
  TaskHasher,
  TaskId,
  TaskOutcome,
} from '@larder/core';
import type { RunEvents } from '../run-events.ts';
import type { RestartWish } from './restart-wishes.ts';
import type { RunControl } from './run-control.ts';

/** What is to be run. */
export interface RunRequest {
  readonly runId: RunId;
  /** As the person typed it. */
  readonly command: string;
  readonly startedAtEpochMs: number;
  readonly graph: ProjectGraph;
  readonly taskGraph: TaskGraph;
  /** How many tasks execute at the same time; 1 or more. */
  readonly slots: number;
  readonly continueMode: ContinueMode;
  /** Higher first, among tasks that may run. */
  readonly priorities: ReadonlyMap<TaskId, number>;
  readonly expectedMs: ReadonlyMap<TaskId, number>;
  /** Tasks that may be tried again when they fail; absent: none. */
  readonly retries?: ReadonlyMap<TaskId, RetryPolicy>;
  /** What tasks take of what they share; absent: each takes one slot and nothing else. */
  readonly shared?: SharedCapacity;
  readonly cachePolicy: CachePolicy;
  /** Tasks that a person wants executed, whatever the cache has; absent: none. */
  readonly restarts?: ReadonlyMap<TaskId, RestartWish>;
  /**
   * Tasks that build on what is there already and is not what its hash stands for: none of their results is stored or
   * brought back. The words stand after "a task that it depends on"; absent: none.
   */
  readonly flaws?: ReadonlyMap<TaskId, string>;
  /** How long background uploads may hold up the end of the run. */
  readonly drainDeadlineMs: number;
  /** Of the terminal output of one task, in its artifact. */
  readonly outputCapBytes: number;
}

export interface CachePolicy {
  readonly read: boolean;
  readonly write: boolean;
}

/** Tells how the machine bears what runs on it, for a run whose slots follow that. */
export interface MachineGauge {
  readonly cores: number;
  readonly pressure: () => MachinePressure;
  /** Resolves after so long; does not keep the process alive. */
  readonly after: (delayMs: number) => Promise<void>;
}

/** Which tasks are executed, so that other processes of the workspace see it; neither call throws. */
export interface ExecutionMarks {
  begin(task: TaskId): ExecutionMark;
  /** Tells whoever executes the task that its outputs were written by somebody else. */
  disturb(task: TaskId): void;
}

export interface ExecutionMark {
  /** Whether another process executed or restored the task since this began: the outputs may be of either. */
  isShared(): boolean;
  end(): void;
}

/** What a run needs of the world. */
export interface RunPorts {
  readonly clock: Clock;
  readonly hasher: TaskHasher;
  readonly cache: TaskCache;
  readonly executors: readonly Executor[];
  /** Absent: nobody else runs anything in this workspace. */
  readonly marks?: ExecutionMarks;
  /** The whole environment of a task. */
  readonly envFor: (task: Task) => Readonly<Record<string, string>>;
  readonly spawn: SpawnProcess;
  readonly events: RunEvents;
  readonly log: DebugLog;
  /** Reaches tasks from outside; with it continuous tasks have an open input. */
  readonly control?: RunControl;
  /** For whoever follows the run live: it is told now and then what its tasks use, beside this. */
  readonly machineLoad?: () => MachineLoad;
  /** Aborted when the person interrupts the run. */
  readonly signal: AbortSignal;
  /** Absent: the slots stay as they are. */
  readonly gauge?: MachineGauge;
  readonly workspaceRootAbsolute: string;
}

export interface RunResult {
  /** 0: no task failed; 1: some did; 130: interrupted. */
  readonly exitCode: 0 | 1 | 130;
  /** Every task of the task graph, in the order in which they settled. */
  readonly outcomes: ReadonlyMap<TaskId, TaskOutcome>;
  readonly totals: RunTotals;
  /** Of the tasks that were executed with success, for the expectations of later runs. */
  readonly durationsMs: ReadonlyMap<TaskId, number>;
}
