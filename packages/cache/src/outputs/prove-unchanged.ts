import { lstatSync, type Stats } from 'node:fs';
import { isSameStat, toFileStat, type FileStat } from './found-output.ts';
import type { OutputsTable, RecordedDirectory } from './outputs-table.ts';

/**
 * Kernels stamp files with a clock that moves in steps of up to 10 ms (jiffies). A file that changed
 * so shortly before it was recorded could change again without a new stamp, as in git's "racy" index.
 */
const clockStepMs = 20;

/** Whether a stat taken at `recordedAtMs` cannot tell a later change. */
export function isRacy(stat: FileStat, recordedAtMs: number): boolean {
  return stat.ctimeMs > recordedAtMs - clockStepMs || stat.mtimeMs > recordedAtMs - clockStepMs;
}

/** What proves that outputs are what they were: `mode` where something of the same mode has to be there, else the same thing. */
export interface OutputLook {
  readonly path: string;
  readonly proves: 'same' | 'mode';
  /** Undefined where nothing is there, and nothing has to be. */
  readonly stats: Stats | undefined;
}

/**
 * Whether the outputs are exactly what they were, by one stat for each of them and for each directory
 * that was listed. False also means "cannot tell": then their contents have to be compared. `onLook` is told of each stat.
 */
export function proveUnchanged(
  rootAbsolute: string,
  table: OutputsTable,
  onLook: (look: OutputLook) => void = () => {},
): boolean {
  const listed = new Set(table.listed.map(({ path }) => path));
  const look = (path: string, proves: OutputLook['proves']): Stats | undefined => {
    const stats = lstatSync(`${rootAbsolute}/${path}`, { throwIfNoEntry: false });
    onLook({ path, proves, stats });
    return stats;
  };
  const isUnchanged = ({ path, stat }: Recorded): boolean => {
    if (isRacy(stat, table.recordedAtMs)) return false;
    const stats = look(path, 'same');
    return stats !== undefined && isSameStat(toFileStat(stats), stat);
  };
  /** A directory whose contents are no outputs may be written to at any time. */
  const isSameMode = ({ path, stat }: Recorded): boolean => {
    const stats = look(path, 'mode');
    return stats !== undefined && stats.isDirectory() && toFileStat(stats).mode === stat.mode;
  };
  return (
    table.listed.every(isUnchanged) &&
    table.outputs.every((output) =>
      output.kind === 'directory' ? listed.has(output.path) || isSameMode(output) : isUnchanged(output),
    ) &&
    table.absent.every((path) => look(path, 'same') === undefined)
  );
}

type Recorded = Pick<RecordedDirectory, 'path' | 'stat'>;
