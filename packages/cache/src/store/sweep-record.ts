import { appendFileSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { layoutFolder } from './entry-files.ts';
import { uniqueName } from './unique-name.ts';

/*
 * When a store was last gone through, and how much it has grown since, so that a run need not list 100,000 entries to
 * know whether there are too many. `v1/swept` holds the bytes that were left; its time is the time of the sweep.
 * `v1/grown` has one byte for each mebibyte that was stored since: appending is atomic, so that processes that store
 * at the same moment need no lock, and a crash leaves nothing behind but a little more or less growth.
 */
const sweptName = 'swept';
const grownName = 'grown';
const mebibyte = 1024 * 1024;
/** One append is one small write; more growth at once counts as so much. */
const maxNotedMebibytes = 1024 * 1024;

export interface SweepRecord {
  readonly sweptAtEpochMs: number;
  /** What lay there after the sweep and what was stored since; to a mebibyte. */
  readonly sizeBytes: number;
}

/** Null where the store was never swept, or where that cannot be read. */
export function readSweepRecord(directoryAbsolute: string): SweepRecord | null {
  try {
    const swept = join(directoryAbsolute, layoutFolder, sweptName);
    const left = Number(readFileSync(swept, 'utf8'));
    if (!Number.isSafeInteger(left) || left < 0) return null;
    const grown = statSync(join(directoryAbsolute, layoutFolder, grownName), { throwIfNoEntry: false })?.size ?? 0;
    return { sweptAtEpochMs: statSync(swept).mtimeMs, sizeBytes: left + grown * mebibyte };
  } catch {
    return null;
  }
}

export function noteGrowth(directoryAbsolute: string, sizeBytes: number): void {
  const mebibytes = Math.min(Math.ceil(sizeBytes / mebibyte), maxNotedMebibytes);
  appendFileSync(join(directoryAbsolute, layoutFolder, grownName), Buffer.alloc(mebibytes, '.'));
}

/** Where this cannot be written, the next run sweeps again. */
export function noteSwept(directoryAbsolute: string, leftBytes: number): void {
  const layout = join(directoryAbsolute, layoutFolder);
  const partial = join(layout, `${sweptName}.${uniqueName()}`);
  try {
    mkdirSync(layout, { recursive: true });
    writeFileSync(partial, String(leftBytes), { flag: 'wx' });
    rmSync(join(layout, grownName), { force: true });
    renameSync(partial, join(layout, sweptName));
  } catch {
    rmSync(partial, { force: true });
  }
}
