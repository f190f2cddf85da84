import { lstatSync } from 'node:fs';
import { isSameStat, toFileStat, type FileStat } from './found-output.ts';
import type { OutputsTable } from './outputs-table.ts';

/**
 * Kernels stamp files with a clock that moves in steps of up to 10 ms (jiffies). A file that changed
 * so shortly before it was recorded could change again without a new stamp, as in git's "racy" index.
 */
const clockStepMs = 20;

/** Whether a stat taken at `recordedAtMs` cannot tell a later change. */
export function isRacy(stat: FileStat, recordedAtMs: number): boolean {
  return stat.ctimeMs > recordedAtMs - clockStepMs || stat.mtimeMs > recordedAtMs - clockStepMs;
}

/**
 * Whether the outputs are exactly what they were, by one stat for each of them and for each directory
 * that was listed. False also means "cannot tell": then their contents have to be compared.
 */
export function proveUnchanged(rootAbsolute: string, table: OutputsTable): boolean {
  const { recordedAtMs } = table;
  const listed = new Set(table.listed.map(({ path }) => path));
  return (
    table.listed.every(({ path, stat }) => isUnchanged(rootAbsolute, path, { stat, recordedAtMs })) &&
    table.outputs.every(({ path, stat, kind }) =>
      kind === 'directory'
        ? listed.has(path) || isSameMode(rootAbsolute, path, stat)
        : isUnchanged(rootAbsolute, path, { stat, recordedAtMs }),
    ) &&
    table.absent.every((path) => lstatSync(`${rootAbsolute}/${path}`, { throwIfNoEntry: false }) === undefined)
  );
}

function isUnchanged(
  rootAbsolute: string,
  path: string,
  { stat, recordedAtMs }: { readonly stat: FileStat; readonly recordedAtMs: number },
): boolean {
  if (isRacy(stat, recordedAtMs)) return false;
  const stats = lstatSync(`${rootAbsolute}/${path}`, { throwIfNoEntry: false });
  return stats !== undefined && isSameStat(toFileStat(stats), stat);
}

/** A directory whose contents are no outputs may be written to at any time. */
function isSameMode(rootAbsolute: string, path: string, stat: FileStat): boolean {
  const stats = lstatSync(`${rootAbsolute}/${path}`, { throwIfNoEntry: false });
  return stats !== undefined && stats.isDirectory() && toFileStat(stats).mode === stat.mode;
}
