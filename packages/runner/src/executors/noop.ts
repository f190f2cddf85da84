import type { Executor } from '@larder/core';
import { endedTask } from './task-end.ts';

/** Does nothing: such a target only ties its dependencies together. */
export const noop: Executor = {
  name: 'nx:noop',
  describe: () => 'nothing to execute',
  start: () => endedTask({ exitCode: 0, detail: null }),
};
