import type { Digest, TaskHash, TaskId, WorkspacePath } from './ids.ts';
import type { CacheTroubleCode } from './run-event.ts';
import type { HashEntry, TaskHashDetails } from './hash/hash-details.ts';
import type { Task } from './task-graph/task-graph.ts';

/** xxh3-128 over the bytes, or over the UTF-8 of a text; 32 lowercase hex digits. Never throws on valid types. */
export type DigestFunction = (content: Uint8Array | string) => Digest;

export interface Clock {
  /** Monotonic milliseconds, with fractions. */
  now(): number;
  /** Wall clock, milliseconds since the epoch. */
  epochMs(): number;
}

/** Debug text for `--verbose`; never shown otherwise. */
export type DebugLog = (message: string) => void;

// Processes

export type CommandLine =
  /** Given to the platform's shell. */
  | { readonly kind: 'shell'; readonly line: string }
  | { readonly kind: 'exec'; readonly file: string; readonly args: readonly string[] };

export interface SpawnRequest {
  readonly command: CommandLine;
  readonly cwdAbsolute: string;
  /** The whole environment: nothing is inherited beside it. */
  readonly env: Readonly<Record<string, string>>;
  /** Opens a message channel to a Node child (`send`, `onMessage`). */
  readonly ipc: boolean;
  readonly onOutput: (stream: 'stdout' | 'stderr', chunk: Uint8Array) => void;
  /** `open`: its standard input takes what is written to it. Absent: it is empty. */
  readonly input?: 'open';
  /** Called now and then with what the process tree uses, where this machine tells it. */
  readonly onUsage?: (memory: ProcessUsage) => void;
}

/** Of a whole process tree. Resident memory: pages that processes share count for each of them. */
export interface ProcessUsage {
  /** Now. */
  readonly residentBytes: number;
  /** What the tree is known to have held at once at some time: no less than `residentBytes`. */
  readonly peakBytes: number;
  /** User and system time since it was started; never less than the last time. */
  readonly cpuMs: number;
}

export interface ProcessExit {
  /** Null where a signal ended it. */
  readonly exitCode: number | null;
  readonly signal: string | null;
  /** Set where it could not be started at all. */
  readonly spawnError: string | null;
  /** User and system time of the process and all that it waited for; null or absent where nobody knows. */
  readonly cpuMs?: number | null;
}

export interface RunningProcess {
  readonly pid: number | null;
  /** Settles after the process has ended and its output was delivered; never rejects. */
  readonly exited: Promise<ProcessExit>;
  send(message: unknown): void;
  onMessage(listener: (message: unknown) => void): void;
  /** To the standard input, where it is open; what nobody reads is lost. */
  write?(text: string): void;
  /** Closes the standard input: whoever reads it finds its end. */
  endInput?(): void;
  /** Asks the whole process tree to end, then ends it by force after a grace period. Resolves when it is gone. */
  stop(): Promise<void>;
}

export type SpawnProcess = (request: SpawnRequest) => RunningProcess;

// Files that tasks produce

/** One path that a task produced, as it stands on disk or in an artifact. */
export interface OutputFile {
  readonly path: WorkspacePath;
  readonly kind: 'file' | 'directory' | 'symlink';
  /** Of the bytes, or of the link's text; `''` digest for a directory. */
  readonly digest: Digest;
  readonly sizeBytes: number;
  /** Permission bits, 0o777 at most. */
  readonly mode: number;
}

// The cache, as the runner sees it

export type CacheLookup =
  | { readonly kind: 'hit'; readonly where: 'local' | 'remote'; readonly sizeBytes: number }
  | { readonly kind: 'miss' };

export type RestoreResult =
  | { readonly kind: 'miss' }
  | {
      readonly kind: 'up-to-date' | 'restored';
      readonly from: 'local' | 'remote';
      readonly terminalOutput: Uint8Array;
      /** How long the execution took that made the artifact. */
      readonly executionMs: number;
      readonly sizeBytes: number;
    };

export interface ExecutionResult {
  readonly terminalOutput: Uint8Array;
  readonly durationMs: number;
  /** What the task's hash was made from; artifacts carry the digests. */
  readonly inputs?: readonly HashEntry[];
  /**
   * Whether the inputs are still those that were hashed: what is not confirmed is never published. Never rejects.
   * Absent: they are.
   */
  readonly confirmed?: Promise<boolean>;
}

export type StoreResult =
  /** Packed. `published` settles when it is in the cache, or was not confirmed and is gone; absent: it is there. */
  | { readonly kind: 'stored'; readonly sizeBytes: number; readonly published?: Promise<void> }
  /** Not stored, for a reason that the summary names; already reported as trouble. */
  | { readonly kind: 'refused'; readonly code: CacheTroubleCode };

/**
 * What the runner asks of a cache. None of these rejects for the cache's own troubles: they become
 * misses or refusals and are reported once through `onTrouble`. They reject only when `signal` aborts.
 */
export interface TaskCache {
  /** Whether an entry exists; moves no bodies. */
  lookup(hash: TaskHash, signal: AbortSignal): Promise<CacheLookup>;
  /** On a hit the declared outputs are exactly those of the artifact when this resolves. */
  restore(task: Task, hash: TaskHash, signal: AbortSignal): Promise<RestoreResult>;
  /**
   * Called only for tasks that succeeded. The outputs have been read when it resolves, so that others may go on to
   * change them. Uploads go on in the background.
   */
  store(task: Task, hash: TaskHash, result: ExecutionResult, signal: AbortSignal): Promise<StoreResult>;
  /** Waits for background uploads, at most `deadlineMs`; the rest is dropped and reported. */
  drain(deadlineMs: number, signal: AbortSignal): Promise<void>;
  /** Loads what `store` takes, for who waits for a task anyway; absent: there is nothing to load. */
  readonly preparations?: readonly EarlyWork[];
}

/** Some milliseconds of what has to be done sooner or later, and can be done now. May be left out. */
export type EarlyWork = () => void | Promise<void>;

export type CacheTroubleSink = (trouble: {
  readonly code: CacheTroubleCode;
  readonly task: TaskId | null;
  readonly detail: string;
}) => void;

// Hashing, as the runner sees it

/** Inputs of another task that moved since that was hashed. */
export interface MovedBelow {
  readonly task: TaskId;
  /** Empty where it is not known which. */
  readonly paths: readonly WorkspacePath[];
}

export interface TaskHasher {
  /** Called when every dependency of the task has settled with success. Rejects on unreadable inputs. */
  hash(task: TaskId): Promise<TaskHashDetails>;
  /** Files among the task's inputs that no longer have the digests that were hashed; empty is good. */
  findMovedInputs(task: TaskId): Promise<readonly WorkspacePath[]>;
  /**
   * The same of a task whose hash is part of this one's, directly or by others; null: nothing, or it does not matter
   * here. Absent: always null.
   */
  findMovedBelow?(task: TaskId): Promise<MovedBelow | null>;
  /** Nobody will ask more about moved inputs for now: what was asked need not wait for company. */
  hurry?(): void;
  /** One line on what differs from the last execution of the task; null where nothing is known. Asked after a miss only. */
  explainMiss?(task: TaskId): string | null;
}

// Control

/** What became of a wish: the task does not run, or not any more in this run; or it was started with an empty input. */
export type ControlAnswer = 'done' | 'not-running' | 'no-input';

export interface RestartOptions {
  /** Its processes then take what is written to them, until it has settled. */
  readonly withInput: boolean;
}

/** Lets whoever watches a run act on its tasks. Answers at once; what follows comes as events. */
export interface TaskControl {
  /** Ends its processes. A continuous task has then done its work; any other has failed. */
  stop(task: TaskId): ControlAnswer;
  /**
   * A task that runs: ends its processes and starts it again with the same inputs, in the same place of the run. One
   * that has settled is hashed anew and executed, whatever the cache has, as long as the run goes on.
   */
  restart(task: TaskId, options: RestartOptions): ControlAnswer;
  /** To the standard input of its processes. What comes of the task is then stored in no cache. */
  write(task: TaskId, text: string): ControlAnswer;
  /** Its processes find the end of their standard input. */
  endInput(task: TaskId): ControlAnswer;
  /**
   * Whether the run is to go on when all tasks have settled, so that they can be restarted, until it is let go.
   * `not-running`: it goes on anyway.
   */
  hold(isHeld: boolean): ControlAnswer;
}

/** What the machine bears at the moment, beside what tasks use. */
export interface MachineLoad {
  readonly cores: number;
  /** Processes that run or want to, on average over the last minute; null where the system does not count them. */
  readonly loadAverage: number | null;
  /** What programs could still take. */
  readonly freeMemoryBytes: number;
}
