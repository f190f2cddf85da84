import type { Problem, TaskGraph } from '@larder/core';

/** One warning for a run in which Nx would have run generators first; null where no task declares any. */
export function findSyncGenerators({ tasks }: TaskGraph): Problem | null {
  const generators = new Set<string>();
  for (const { definition } of tasks.values()) {
    for (const generator of definition.syncGenerators ?? []) generators.add(generator);
  }
  if (generators.size === 0) return null;
  const detail = `${[...generators].sort().join(', ')}: not run by Larder; run \`nx sync\`, or \`nx sync:check\` in CI`;
  return { code: 'unsupported', severity: 'warning', feature: 'syncGenerators', detail };
}
