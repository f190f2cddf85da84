import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { findNx } from '../find-nx.ts';
import { prefersBatch } from './prefers-batch.ts';

type Env = Record<string, string | undefined>;

const modeName = 'NX_BATCH_MODE';

/**
 * Lets a version of nx that does not know `preferBatch` batch all the same, where targets were adopted. It then batches
 * every executor that can; what a person has set counts.
 */
export function turnOnBatches(workspaceRootAbsolute: string, env: Env): void {
  if ((env[modeName] ?? '') !== '') return;
  const nx = findNx(workspaceRootAbsolute);
  if (nx === null || prefersBatch(nx.version)) return;
  if (readProjectGraph(workspaceRootAbsolute, env).includes('"@larder/nx:run"')) env[modeName] = 'true';
}

/** As Nx has just written it for the run; empty where it did not. */
function readProjectGraph(workspaceRootAbsolute: string, env: Env): string {
  const named = env['NX_WORKSPACE_DATA_DIRECTORY'] ?? env['NX_PROJECT_GRAPH_CACHE_DIRECTORY'];
  const folder = named ?? '.nx/workspace-data';
  try {
    return readFileSync(resolve(workspaceRootAbsolute, folder, 'project-graph.json'), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}
