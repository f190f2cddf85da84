import type { DaemonMode } from './config.ts';

export interface DaemonNeed {
  /** A CI machine is gone after a run or two: what a daemon would save is less than its start costs. */
  readonly ci: boolean;
  /** That belong to the workspace. */
  readonly files: number;
}

/**
 * To list a workspace and look at each file costs some 7 µs of CPU time a file, and to ask the daemon a millisecond in
 * all. From about here on the difference is felt; below it, 80 MB of memory for a process that waits are too much.
 */
const manyFiles = 3_000;

/** Whether a run should ask a daemon what changed, and start one for the next run where there is none. */
export function wantsDaemon(mode: DaemonMode, { ci, files }: DaemonNeed): boolean {
  switch (mode) {
    case 'on':
      return true;
    case 'off':
      return false;
    case 'auto':
      return !ci && files >= manyFiles;
  }
}
