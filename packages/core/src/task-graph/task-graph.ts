import type { ProjectName, TaskId, WorkspacePath } from '../ids.ts';
import type { JsonObject } from '../json.ts';
import type { Target } from '../project-graph/project.ts';

/** One target on one project, with its configuration chosen and its tokens resolved. */
export interface Task {
  readonly id: TaskId;
  readonly project: ProjectName;
  readonly projectRoot: WorkspacePath;
  readonly target: string;
  readonly configuration: string | null;
  readonly definition: Target;
  /** The target's options with the configuration's laid over them. */
  readonly options: JsonObject;
  /** What stood after `--`; only the requested tasks get it (and those that ask with `params: forward`). */
  readonly args: readonly string[];
  /** Workspace-relative patterns, tokens resolved, sorted; `!` negates. */
  readonly outputs: readonly string[];
  readonly cache: boolean;
  readonly continuous: boolean;
  readonly parallelism: boolean;
  /** Named on the command line, rather than needed by one that was. */
  readonly requested: boolean;
}

export interface TaskEdge {
  readonly dependency: TaskId;
  /** False: it is continuous, starts first, and its hash does not count (`inputs: false`). */
  readonly hashed: boolean;
  /** It is continuous, and has to be ready by its `readyWhen` first. */
  readonly waitsForReady?: true;
}

export interface TaskGraph {
  /** Sorted by id. */
  readonly tasks: ReadonlyMap<TaskId, Task>;
  /** Every task has an entry, sorted by id. Free of cycles. */
  readonly dependencies: ReadonlyMap<TaskId, readonly TaskEdge[]>;
}
