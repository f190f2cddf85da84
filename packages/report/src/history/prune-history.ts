import type { DatabaseSync } from 'node:sqlite';

const dayMs = 24 * 60 * 60 * 1000;
const keptDays = 180;
const keptRuns = 2_000;
/** Some 100 bytes each. */
const keptTaskRows = 500_000;

/** Deletes runs that are too old or too many, and names that nothing mentions any more. */
export function pruneHistory(database: DatabaseSync, nowEpochMs: number): void {
  const first = findFirstKeptRun(database, nowEpochMs);
  if (first === null) return;
  database.prepare('delete from tasks where run < ?').run(first);
  database.prepare('delete from runs where id < ?').run(first);
  // An expectation goes with the last run of its task: its name would go, too.
  database.exec('delete from expectations where name not in (select name from tasks)');
  database.exec(`delete from names where id not in (select name from tasks)
    and not exists (select 1 from tasks where ',' || depends_on || ',' like '%,' || names.id || ',%')`);
}

/** Null where all runs may stay. */
function findFirstKeptRun(database: DatabaseSync, nowEpochMs: number): number | null {
  const rows = database
    .prepare(
      `select id, started_at,
        executed + restored_local + restored_remote + up_to_date + failed + skipped + cancelled as size
        from runs order by id desc`,
    )
    .all();
  let taskRows = 0;
  for (const [index, row] of rows.entries()) {
    taskRows += Number(row['size']);
    const tooOld = Number(row['started_at']) < nowEpochMs - keptDays * dayMs;
    if (index > 0 && (tooOld || index >= keptRuns || taskRows > keptTaskRows)) return Number(row['id']) + 1;
  }
  return null;
}
