import { definePlugin, type GraphContributor, type JsonObject, type OptionsResult, type Plugin } from '@larder/core';
import { createNxExecutor } from './nx-executor.ts';
import { nxGraphContributor, toContribution } from './nx-graph-contributor.ts';

/**
 * Nx workspaces for the cli: the project graph comes from the workspace's own `nx` (inferred targets,
 * edges from imports), and executors that Larder does not know run through it.
 */
export const nxPlugin: Plugin = createPlugin(nxGraphContributor);

/** The same where Nx has handed over its project graph: nobody has to ask for it. */
export function createNxPlugin(projectGraph: unknown): Plugin {
  return createPlugin({
    applies: () => true,
    dependsOnFiles: ['**'],
    contribute: async () => toContribution(projectGraph),
  });
}

function createPlugin(graph: GraphContributor): Plugin {
  return definePlugin<JsonObject>({
    name: '@larder/nx',
    parseOptions: acceptNoOptions,
    create: () => ({ graph, executors: [createNxExecutor()] }),
  });
}

function acceptNoOptions(options: JsonObject): OptionsResult<JsonObject> {
  const issues = Object.keys(options).map((path) => ({ path, found: 'an option', allowed: 'no options' }));
  return issues.length === 0 ? { kind: 'valid', options } : { kind: 'invalid', issues };
}
