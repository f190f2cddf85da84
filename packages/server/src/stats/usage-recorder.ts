import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ignoringCode } from '../storage/file-errors.ts';
import { parseUsageDay, UsageDay, type RequestKey, type TaskKey } from './usage-day.ts';
import type { RequestCounts, TaskCounts } from './usage-counts.ts';

export interface UsageOptions {
  readonly storageDirectory: string;
  /** Days that are kept, today among them. */
  readonly retentionDays: number;
  readonly epochMs: () => number;
  readonly onFailure: (error: unknown) => void;
}

export interface UsageRecorder {
  addRequests(key: RequestKey, counts: Readonly<Partial<RequestCounts>>): void;
  addTasks(key: TaskKey, counts: Readonly<Partial<TaskCounts>>): void;
  /** Sums of the last days, today among them, of all servers that share the folder. */
  read(days: number): Promise<{ readonly from: string; readonly to: string; readonly sums: UsageDay }>;
  /** Writes what has not been written yet. */
  close(): Promise<void>;
}

const dayMs = 86_400_000;
const writeEveryMs = 30_000;

/**
 * Sums by day in files, `stats/<day>/<server>.json`: one for each server that runs, so that several never touch the
 * same file. What happened in the last half minute before a crash is lost, which statistics can bear.
 */
export function createUsageRecorder(options: UsageOptions): UsageRecorder {
  const { storageDirectory, epochMs, onFailure } = options;
  const folder = join(storageDirectory, 'stats');
  const file = `${randomBytes(6).toString('hex')}.json`;
  let today = startDay(epochMs());
  let writing: Promise<void> = Promise.resolve();

  const write = (day: Day): void => {
    if (day.isWritten) return;
    day.isWritten = true;
    const text = day.sums.format();
    writing = writing.then(() => writeDay(join(folder, day.name), file, text)).catch(onFailure);
  };
  const turn = (): Day => {
    const now = epochMs();
    if (Math.floor(now / dayMs) !== today.number) {
      write(today);
      today = startDay(now);
      writing = writing
        .then(() => forgetOldDays(folder, nameDay(epochMs() - (options.retentionDays - 1) * dayMs)))
        .catch(onFailure);
    }
    return today;
  };
  const timer = setInterval(() => write(turn()), writeEveryMs).unref();
  writing = forgetOldDays(folder, nameDay(epochMs() - (options.retentionDays - 1) * dayMs)).catch(onFailure);

  return {
    addRequests: (key, counts) => {
      const day = turn();
      day.sums.addRequests(key, counts);
      day.isWritten = false;
    },
    addTasks: (key, counts) => {
      const day = turn();
      day.sums.addTasks(key, counts);
      day.isWritten = false;
    },
    read: async (days) => {
      write(turn());
      await writing;
      const now = epochMs();
      const names = Array.from({ length: Math.min(days, options.retentionDays) }, (_, index) =>
        nameDay(now - index * dayMs),
      );
      const sums = new UsageDay();
      for (const name of names) await readDay(join(folder, name), sums);
      return { from: names.at(-1) ?? today.name, to: today.name, sums };
    },
    close: async () => {
      clearInterval(timer);
      write(today);
      await writing;
    },
  };
}

interface Day {
  /** Days since the epoch, which each request compares: cheaper than the name. */
  readonly number: number;
  readonly name: string;
  readonly sums: UsageDay;
  isWritten: boolean;
}

function startDay(epochMs: number): Day {
  return { number: Math.floor(epochMs / dayMs), name: nameDay(epochMs), sums: new UsageDay(), isWritten: true };
}

/** `2026-01-31`, in UTC. */
function nameDay(epochMs: number): string {
  return new Date(epochMs).toISOString().slice(0, 10);
}

async function writeDay(folder: string, file: string, text: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const partial = join(folder, `${file}.partial`);
  await writeFile(partial, text, { mode: 0o600 });
  await rename(partial, join(folder, file));
}

async function readDay(folder: string, sums: UsageDay): Promise<void> {
  const names = (await ignoringCode('ENOENT', readdir(folder))) ?? [];
  for (const name of names) {
    if (!name.endsWith('.json')) continue;
    const text = await ignoringCode('ENOENT', readFile(join(folder, name), 'utf8'));
    const day = text === null ? null : parseUsageDay(text);
    if (day !== null) sums.addAll(day);
  }
}

async function forgetOldDays(folder: string, oldest: string): Promise<void> {
  const names = (await ignoringCode('ENOENT', readdir(folder))) ?? [];
  for (const name of names) {
    if (/^\d{4}-\d{2}-\d{2}$/.test(name) && name < oldest)
      await rm(join(folder, name), { recursive: true, force: true });
  }
}
