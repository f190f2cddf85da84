import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { findNxDataFolder } from './nx-data-folder.ts';

/**
 * The folder of the database in which nx writes down what it hashes. From 23 on that is one of the user's, which all
 * checkouts share, and whose name follows from more than can be told from here: nx is asked, where it has loaded what knows.
 */
export function findNxRecords(workspaceRoot: string, env: Readonly<Record<string, string | undefined>>): string {
  return askNx(workspaceRoot) ?? resolve(workspaceRoot, findNxDataFolder(workspaceRoot, env));
}

interface DbConnection {
  readonly sharedWorkspaceDataDirectory?: (workspaceRoot: string) => unknown;
}

/** Null where nx is older, or another. Nothing is loaded for this. */
function askNx(workspaceRoot: string): string | null {
  const require = createRequire(join(workspaceRoot, 'package.json'));
  try {
    const nx = dirname(require.resolve('nx/package.json'));
    const loaded = require.cache[join(nx, 'dist/src/utils/db-connection.js')]?.exports as DbConnection | undefined;
    const folder = loaded?.sharedWorkspaceDataDirectory?.(workspaceRoot);
    return typeof folder === 'string' ? folder : null;
  } catch {
    return null;
  }
}
