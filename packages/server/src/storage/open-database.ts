import { createRequire } from 'node:module';
import type * as sqlite from 'node:sqlite';

/**
 * Opens an SQLite file. Node 22 and 24 warn that the module is experimental when it is first loaded; that one
 * warning is held back, every other one goes on.
 */
export function openDatabase(absolutePath: string): sqlite.DatabaseSync {
  const { DatabaseSync: Database } = loadQuietly();
  return new Database(absolutePath);
}

function loadQuietly(): typeof sqlite {
  const require = createRequire(import.meta.url);
  const emitWarning = process.emitWarning;
  process.emitWarning = ((...given: Parameters<typeof emitWarning>) => {
    if (!String(given[0]).startsWith('SQLite is an experimental feature')) emitWarning.apply(process, given);
  }) as typeof emitWarning;
  try {
    return require('node:sqlite') as typeof sqlite;
  } finally {
    process.emitWarning = emitWarning;
  }
}
