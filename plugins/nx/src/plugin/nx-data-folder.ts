import { join } from 'node:path';

/** Where Nx keeps its graph and the record of its daemon. */
export function findNxDataFolder(workspaceRoot: string, env: Readonly<Record<string, string | undefined>>): string {
  const own = env['NX_WORKSPACE_DATA_DIRECTORY'] ?? env['NX_PROJECT_GRAPH_CACHE_DIRECTORY'];
  return own === undefined || own === '' ? join(workspaceRoot, '.nx', 'workspace-data') : own;
}
