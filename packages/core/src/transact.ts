/** What of a database of Node's SQLite it takes. */
export interface Transactional {
  readonly isTransaction: boolean;
  exec(sql: string): void;
}

/** Writes all that the work writes, or nothing. Throws what the work and SQLite throw. */
export function transact<Result>(database: Transactional, work: () => Result): Result {
  database.exec('begin immediate');
  try {
    const result = work();
    database.exec('commit');
    return result;
  } catch (error) {
    // Some errors, as that of a full disk, have ended it.
    if (database.isTransaction) database.exec('rollback');
    throw error;
  }
}
