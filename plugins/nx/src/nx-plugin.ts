import { definePlugin, type JsonObject, type OptionsResult } from '@larder/core';
import { createNxExecutor } from './nx-executor.ts';
import { nxGraphContributor } from './nx-graph-contributor.ts';

/**
 * Nx workspaces for the cli: the project graph comes from the workspace's own `nx` (inferred targets,
 * edges from imports), and executors that Larder does not know run through it.
 */
export const nxPlugin = definePlugin<JsonObject>({
  name: '@larder/nx',
  parseOptions: acceptNoOptions,
  create: () => ({ graph: nxGraphContributor, executors: [createNxExecutor()] }),
});

function acceptNoOptions(options: JsonObject): OptionsResult<JsonObject> {
  const issues = Object.keys(options).map((path) => ({ path, found: 'an option', allowed: 'no options' }));
  return issues.length === 0 ? { kind: 'valid', options } : { kind: 'invalid', issues };
}
