import { isJsonObject } from '@larder/core';
import { findNx } from '../find-nx.ts';
import type { NxRunContext, NxTask } from './nx-context.ts';

/** As Nx decides it: where the target does not say, the options of the tasks runner may name it, until Nx 22. */
export function isCacheable({ workspaceRoot, nxJsonConfiguration }: NxRunContext, task: NxTask): boolean {
  if (task.cache !== undefined) return task.cache;
  const options = ['tasksRunnerOptions', 'default', 'options'].reduce<unknown>(
    (value, key) => (isJsonObject(value) ? value[key] : undefined),
    nxJsonConfiguration,
  );
  const named = isJsonObject(options) ? (options['cacheableOperations'] ?? options['cacheableTargets']) : undefined;
  if (!Array.isArray(named) || !named.includes(task.target.target)) return false;
  return Number(findNx(workspaceRoot)?.version.split('.')[0]) < 23;
}
