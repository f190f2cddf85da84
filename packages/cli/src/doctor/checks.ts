import type { Check } from './check.ts';
import { checkDaemon } from './check-daemon.ts';
import { checkGit } from './check-git.ts';
import { checkCompileCache, checkDisk, checkFileSystem, checkState, checkWatchLimits } from './check-machine.ts';
import { checkNx, checkTurbo } from './check-other-tools.ts';
import { checkRemote } from './check-remote.ts';
import { checkNode, checkPackageManager, checkWorkspace } from './check-workspace.ts';

/** Everything that `larder doctor` looks at, in the order in which it is told. */
export const checks: readonly Check[] = [
  checkNode,
  checkPackageManager,
  checkWorkspace,
  checkNx,
  checkTurbo,
  checkGit,
  checkRemote,
  checkDaemon,
  checkState,
  checkDisk,
  checkFileSystem,
  checkWatchLimits,
  checkCompileCache,
];
