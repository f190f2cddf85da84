import type { RunId, TaskHash, TaskId } from './ids.ts';
import type { MachineLoad } from './ports.ts';
import type { OutputLogs } from './project-graph/project.ts';
import type { TaskOutcome } from './schedule/outcome.ts';

/** What a run tells those who watch it, before its tasks start. */
export interface PlannedTask {
  readonly id: TaskId;
  readonly project: string;
  readonly target: string;
  readonly requested: boolean;
  readonly cacheable: boolean;
  readonly continuous: boolean;
  /** Which of its output people see; absent: all of it. */
  readonly outputLogs?: OutputLogs;
  readonly dependsOn: readonly TaskId[];
  /** From earlier runs; null where none is known. */
  readonly expectedMs: number | null;
  /** Absent: one slot, and nothing else. */
  readonly takes?: TaskTakes;
}

/** What a task takes of the machine while it runs, as far as the configuration says; memory is not part of it. */
export interface TaskTakes {
  /** Slots; where there are fewer, it takes all. */
  readonly weight: number;
  /** It runs while no other does. */
  readonly alone: boolean;
  /** Mutexes and resources, by a name that tells them apart; `of` is how much there is. */
  readonly shares: readonly { readonly name: string; readonly amount: number; readonly of: number }[];
}

export type CacheLookupResult =
  | { readonly kind: 'hit'; readonly where: 'local' | 'remote' }
  | { readonly kind: 'miss'; readonly reason: string | null }
  | { readonly kind: 'uncacheable'; readonly reason: string };

/** Kinds of cache trouble; none of them fails a run. */
export type CacheTroubleCode =
  | 'remote-unreachable'
  | 'remote-timeout'
  | 'remote-unauthorized'
  | 'remote-forbidden'
  | 'remote-error'
  | 'remote-invalid-artifact'
  /** Its signature is missing or is by none of the keys that are pinned. */
  | 'remote-untrusted-artifact'
  /** A token, key or certificate that the configuration names cannot be used. */
  | 'remote-misconfigured'
  | 'remote-too-large'
  | 'remote-circuit-open'
  | 'local-corrupt-entry'
  | 'local-read-failed'
  | 'local-write-failed'
  | 'local-disk-full'
  | 'inputs-changed-while-running'
  /** Those of a task that this one's hash covers by its hash. */
  | 'covered-inputs-changed'
  /** By another process, at the same time. */
  | 'executed-elsewhere'
  | 'output-missing'
  | 'output-refused';

/** What the processes of one task took, all attempts together. Null where the machine does not tell it. */
export interface TaskUsage {
  /** User and system time. */
  readonly cpuMs: number | null;
  /** The most resident memory of the process tree that was seen at once; looked at now and then only. */
  readonly peakMemoryBytes: number | null;
}

export interface RunTotals {
  readonly executed: number;
  readonly restoredLocal: number;
  readonly restoredRemote: number;
  readonly upToDate: number;
  readonly failed: number;
  readonly skipped: number;
  readonly cancelled: number;
}

/**
 * Facts of one run, in the order in which they happened: past tense, ids and numbers. `at` is
 * milliseconds since the start of the run. Every task settles exactly once, unless it was reopened; `run-finished` is last.
 */
export type RunEvent =
  | {
      readonly type: 'run-started';
      readonly at: number;
      readonly runId: RunId;
      readonly startedAtEpochMs: number;
      readonly command: string;
      readonly slots: number;
      readonly tasks: readonly PlannedTask[];
    }
  | {
      readonly type: 'task-hashed';
      readonly at: number;
      readonly task: TaskId;
      readonly hash: TaskHash;
      readonly durationMs: number;
    }
  | {
      readonly type: 'task-looked-up';
      readonly at: number;
      readonly task: TaskId;
      readonly result: CacheLookupResult;
      readonly durationMs: number;
    }
  | {
      readonly type: 'task-started';
      readonly at: number;
      readonly task: TaskId;
      readonly attempt: number;
      readonly command: string;
      /** What is written to it reaches its processes; absent: their input is empty. */
      readonly takesInput?: true;
    }
  | {
      readonly type: 'task-output';
      readonly at: number;
      readonly task: TaskId;
      readonly stream: 'stdout' | 'stderr';
      readonly text: string;
      /** True where it is the recorded output of an earlier execution. */
      readonly replayed: boolean;
    }
  /** A continuous task has started and its dependents may. */
  | { readonly type: 'task-ready'; readonly at: number; readonly task: TaskId }
  | {
      readonly type: 'task-retried';
      readonly at: number;
      readonly task: TaskId;
      readonly attempt: number;
      readonly exitCode: number;
    }
  | {
      readonly type: 'task-settled';
      readonly at: number;
      readonly task: TaskId;
      /** Null where it never came to hashing. */
      readonly hash: TaskHash | null;
      readonly outcome: TaskOutcome;
      /** Absent where no process ran. */
      readonly usage?: TaskUsage;
    }
  /**
   * A person had a settled task, the first of these, executed again: its outcome and those of the others, which could
   * not run without it, hold no more, and they settle once more. Only in runs that are watched interactively.
   */
  | { readonly type: 'tasks-reopened'; readonly at: number; readonly tasks: readonly TaskId[] }
  /** What the processes of running tasks use, once a second at most. Only in runs that are watched interactively. */
  | {
      readonly type: 'usage-sampled';
      readonly at: number;
      /** Cores that they kept busy since the last sample, on average. */
      readonly busyCores: number;
      readonly residentBytes: number;
      readonly machine: MachineLoad;
    }
  | {
      readonly type: 'artifact-stored';
      readonly at: number;
      readonly task: TaskId;
      readonly where: 'local' | 'remote';
      readonly sizeBytes: number;
    }
  | {
      readonly type: 'bytes-transferred';
      readonly at: number;
      readonly direction: 'download' | 'upload';
      readonly sizeBytes: number;
      readonly durationMs: number;
    }
  /** Whoever needs it executes: moving it takes longer. */
  | {
      readonly type: 'upload-skipped';
      readonly at: number;
      readonly task: TaskId;
      readonly sizeBytes: number;
      readonly executionMs: number;
      /** What moving it would have taken, by what was measured. */
      readonly transferMs: number;
    }
  | {
      readonly type: 'cache-trouble';
      readonly at: number;
      readonly code: CacheTroubleCode;
      readonly task: TaskId | null;
      readonly detail: string;
    }
  | {
      readonly type: 'run-finished';
      readonly at: number;
      readonly exitCode: number;
      readonly durationMs: number;
      readonly tasks: RunTotals;
      readonly cacheTroubles: number;
      readonly savedMs: number;
    };

export type RunEventSink = (event: RunEvent) => void;

/** Watches a run. Cannot affect it: what it throws is dropped by whoever calls it. */
export interface Reporter {
  onEvent(event: RunEvent): void;
  /** Flushes and gives the terminal back. Called once, after `run-finished` or when the run breaks off. */
  close(): Promise<void>;
}
