import type * as Sqlite from 'node:sqlite';

/**
 * Node's own SQLite, loaded only where it is used. Node 22 and 24 warn that it is experimental, which tells the
 * people who run tasks nothing: that one warning is kept back.
 */
export async function importSqlite(): Promise<typeof Sqlite> {
  const emitWarning = process.emitWarning;
  process.emitWarning = (warning: string | Error, ...rest: readonly unknown[]) => {
    if (String(warning).includes('SQLite is an experimental feature')) return;
    Reflect.apply(emitWarning, process, [warning, ...rest]);
  };
  try {
    return await import('node:sqlite');
  } finally {
    process.emitWarning = emitWarning;
  }
}
