import type { DatabaseSync } from 'node:sqlite';
import { transact } from '@larder/core';

/** Raised with every change of the tables; a file of a later version is not touched. */
const schemaVersion = 4;

/**
 * Names of tasks are kept once, because they would be most of the file. `depends_on` holds ids of names,
 * separated by commas. Times of tasks count from the start of their run, in milliseconds.
 */
const tables = `
create table runs (
  id integer primary key,
  run_id text not null unique,
  started_at integer not null,
  command text not null,
  slots integer not null,
  exit_code integer not null,
  duration_ms real not null,
  saved_ms real not null,
  downloaded_bytes integer not null,
  uploaded_bytes integer not null,
  git_head text,
  git_branch text,
  git_dirty integer,
  executed integer not null,
  restored_local integer not null,
  restored_remote integer not null,
  up_to_date integer not null,
  failed integer not null,
  skipped integer not null,
  cancelled integer not null,
  unused_downloads integer not null default 0
) strict;
create index runs_by_time on runs (started_at);
create table names (id integer primary key, name text not null unique) strict;
create table tasks (
  run integer not null,
  position integer not null,
  name integer not null,
  cacheable integer not null,
  continuous integer not null,
  depends_on text not null,
  hash text,
  outcome text,
  reason text,
  hash_ms real,
  lookup_ms real,
  active_at real,
  started_at real,
  settled_at real,
  stored_bytes integer,
  cpu_ms real,
  peak_memory_bytes integer,
  takes text,
  primary key (run, position)
) strict, without rowid;
create table expectations (
  name integer primary key,
  durations text not null,
  peaks text not null,
  endings text not null
) strict;
`;

/** By the version that a file has: what makes it one of the next. */
const migrations: Readonly<Record<number, string>> = {
  1: `
alter table tasks add column cpu_ms real;
alter table tasks add column peak_memory_bytes integer;
create table expectations (
  name integer primary key,
  durations text not null,
  peaks text not null,
  endings text not null
) strict;
insert into expectations select name, recent, '', '' from durations;
drop table durations;
`,
  2: 'alter table tasks add column takes text;',
  3: 'alter table runs add column unused_downloads integer not null default 0;',
};

/** Makes the tables in a new file, or brings those of an earlier version up to date; false for a later version. */
export function prepareSchema(database: DatabaseSync): boolean {
  if (readVersion(database) === schemaVersion) return true;
  return transact(database, () => {
    // Asked again: another process may have been first.
    const version = readVersion(database);
    if (version === 0) database.exec(tables);
    for (let from = version; from > 0 && from < schemaVersion; from++) database.exec(migrations[from] ?? '');
    if (version < schemaVersion) database.exec(`pragma user_version = ${schemaVersion}`);
    return version <= schemaVersion;
  });
}

function readVersion(database: DatabaseSync): number {
  return Number(database.prepare('pragma user_version').get()?.['user_version'] ?? 0);
}
