import { resolveParallel, type Config } from '@larder/core';

/** Slots as the workspace's other tool has them, where nobody configured Larder's. */
export function fillParallel(config: Config, parallel: string | null, availableParallelism: number): Config {
  if (parallel === null || config.parallelIsConfigured === true) return config;
  return { ...config, parallel: resolveParallel(parallel, availableParallelism) };
}
