import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

/** The `nx` that the workspace itself installed. */
export interface InstalledNx {
  readonly version: string;
  /** The script that runs one executor in a process of its own. */
  readonly runExecutorAbsolute: string;
}

/** Null where the workspace has an nx.json but no installed `nx`. */
export function findNx(workspaceRootAbsolute: string): InstalledNx | null {
  const require = createRequire(join(workspaceRootAbsolute, 'package.json'));
  try {
    const manifest = JSON.parse(readFileSync(require.resolve('nx/package.json'), 'utf8')) as { version?: unknown };
    if (typeof manifest.version !== 'string') return null;
    return { version: manifest.version, runExecutorAbsolute: require.resolve('nx/bin/run-executor.js') };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'MODULE_NOT_FOUND') return null;
    throw error;
  }
}
