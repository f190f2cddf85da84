import type { HashDetails } from './explain-miss.ts';
import { findHostPid } from './nx-host.ts';

/** What Nx hands to the hooks, as far as it is used here; majors 20 to 24. */
export interface NxRunContext {
  /** Nx 20 has none. */
  readonly id?: string;
  readonly workspaceRoot: string;
  readonly argv?: readonly string[];
  readonly nxJsonConfiguration?: unknown;
}

export interface NxResultsContext extends NxRunContext {
  readonly taskResults: Readonly<Record<string, NxTaskResult>>;
  /** Milliseconds since 1970; Nx 20 has none. */
  readonly startTime?: number;
  readonly endTime?: number;
}

/** An id cannot be taken apart: names of targets hold colons, too. */
export interface RunTarget {
  readonly project: string;
  readonly target: string;
  readonly configuration?: string | undefined;
}

export interface NxTask {
  readonly id: string;
  readonly target: RunTarget;
  readonly hash?: string;
  readonly hashDetails?: HashDetails;
  readonly startTime?: number;
  readonly endTime?: number;
  readonly cache?: boolean;
  readonly continuous?: boolean;
}

export interface NxTaskResult {
  readonly task: NxTask;
  /** success, failure, skipped, stopped, local-cache-kept-existing, local-cache or remote-cache. */
  readonly status: string;
  readonly code?: number;
}

/** Whether Nx says which run this is: Nx 20 does not. */
export function isNamed({ id }: NxRunContext): boolean {
  return id !== undefined && id !== '';
}

/** The name under which the daemon knows the run. */
export function runIdOf(context: NxRunContext): string {
  return isNamed(context) ? `nx-${context.id}`.slice(0, 200) : `nx-${findHostPid()}`;
}
