import { resolveParallel, type Config, type GraphContribution } from '@larder/core';

/** Slots as the workspace's other tool has them, where nobody configured Larder's. */
export function fillParallel(
  config: Config,
  contributions: readonly (GraphContribution | null)[],
  availableParallelism: number,
): Config {
  const parallel = contributions.findLast((contribution) => contribution?.parallel !== undefined)?.parallel;
  if (parallel === undefined || config.parallelIsConfigured === true) return config;
  return { ...config, parallel: resolveParallel(parallel, availableParallelism) };
}
