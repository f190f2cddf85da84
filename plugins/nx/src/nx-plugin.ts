import { definePlugin, type GraphContributor, type JsonObject, type OptionsResult, type Plugin } from '@larder/core';
import { ExecutorPool } from './executor-host/executor-pool.ts';
import { createNxExecutor } from './nx-executor.ts';
import { nxGraphContributor, toContribution } from './nx-graph-contributor.ts';

/**
 * Nx workspaces for the cli: the project graph comes from the workspace's own `nx` (inferred targets,
 * edges from imports), and executors that Larder does not know run through it.
 */
export const nxPlugin: Plugin = createPlugin(nxGraphContributor, null);

/**
 * The same for one run where Nx has handed over its project graph: nobody has to ask for it. With `isolated` each
 * executor has a process of its own; else they share some.
 */
export function createNxPlugin(projectGraph: unknown, options: { readonly isolated: boolean }): Plugin {
  const graph: GraphContributor = {
    applies: () => true,
    dependsOnFiles: ['**'],
    contribute: async () => toContribution(projectGraph),
  };
  return createPlugin(graph, options.isolated ? null : new ExecutorPool());
}

function createPlugin(graph: GraphContributor, pool: ExecutorPool | null): Plugin {
  return definePlugin<JsonObject>({
    name: '@larder/nx',
    parseOptions: acceptNoOptions,
    create: () => ({ graph, executors: [createNxExecutor(pool)] }),
  });
}

function acceptNoOptions(options: JsonObject): OptionsResult<JsonObject> {
  const issues = Object.keys(options).map((path) => ({ path, found: 'an option', allowed: 'no options' }));
  return issues.length === 0 ? { kind: 'valid', options } : { kind: 'invalid', issues };
}
