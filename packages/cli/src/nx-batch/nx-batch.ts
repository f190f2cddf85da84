/**
 * What Nx hands to a batch executor and takes from it, as far as it is used here; majors 20 to 24. The names of the
 * fields are Nx's.
 */
export interface NxTaskGraph {
  readonly tasks: Readonly<Record<string, NxTask>>;
  /** Ids, and from Nx 24 on objects that hold one. */
  readonly dependencies: Readonly<Record<string, readonly NxEdge[]>>;
  /** Nx 20 has none. */
  readonly continuousDependencies?: Readonly<Record<string, readonly NxEdge[]>>;
}

export type NxEdge = string | { readonly id: string };

export interface NxTask {
  readonly id: string;
  readonly target: { readonly project: string; readonly target: string; readonly configuration?: string };
  readonly overrides?: { readonly __overrides_unparsed__?: readonly string[] };
}

export interface NxBatchContext {
  /** Absolute. */
  readonly root: string;
  readonly projectGraph: unknown;
  /** Of the whole run; the batch is a part of it. */
  readonly taskGraph?: NxTaskGraph;
}

/** One step of the answer: Nx shows each task when it comes. */
export interface NxBatchStep {
  readonly task: string;
  readonly result: NxBatchResult;
}

export interface NxBatchResult {
  readonly success: boolean;
  readonly status: 'success' | 'failure' | 'local-cache' | 'local-cache-kept-existing' | 'remote-cache';
  readonly terminalOutput: string;
  /** Milliseconds since 1970. */
  readonly startTime: number;
  readonly endTime: number;
}
