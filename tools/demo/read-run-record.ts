import { readFileSync } from 'node:fs';

/** What the demo shows of a run. */
export interface RunFigures {
  readonly executed: readonly string[];
  readonly restoredLocal: number;
  readonly restoredRemote: number;
  readonly upToDate: number;
  /** Failed, skipped or cancelled. */
  readonly broken: number;
  readonly savedMs: number;
}

interface RunRecord {
  readonly savedMs: number;
  readonly totals: Readonly<
    Record<'restoredLocal' | 'restoredRemote' | 'upToDate' | 'failed' | 'skipped' | 'cancelled', number>
  >;
  readonly tasks: readonly { readonly id: string; readonly outcome: { readonly kind: string } | null }[];
}

/** Reads the record that `larder … --record=<file>` wrote. */
export function readRunRecord(file: string): RunFigures {
  const { savedMs, totals, tasks }: RunRecord = JSON.parse(readFileSync(file, 'utf8'));
  return {
    executed: tasks.filter(({ outcome }) => outcome?.kind === 'executed').map(({ id }) => id),
    restoredLocal: totals.restoredLocal,
    restoredRemote: totals.restoredRemote,
    upToDate: totals.upToDate,
    broken: totals.failed + totals.skipped + totals.cancelled,
    savedMs,
  };
}
