import type { RunFigures } from './read-run-record.ts';

export interface StepResult {
  readonly title: string;
  readonly figures: RunFigures;
  readonly wallMs: number;
}

const header = ['', 'executed', 'restored', 'up to date', 'hit rate', 'wall time', 'time saved'];

/** The table at the end: a row per step, numbers aligned on the right. */
export function formatResults(results: readonly StepResult[]): string {
  const rows = [header, ...results.map(formatRow)];
  const widths = header.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const pad = (cell: string, column: number): string =>
    column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0);
  return rows.map((row) => row.map(pad).join('   ').trimEnd()).join('\n');
}

function formatRow({ title, figures, wallMs }: StepResult): readonly string[] {
  const restored = figures.restoredLocal + figures.restoredRemote;
  const hits = restored + figures.upToDate;
  const all = hits + figures.executed.length + figures.broken;
  const hitRate = all === 0 ? '-' : `${Math.round((100 * hits) / all)} %`;
  const counts = [figures.executed.length, restored, figures.upToDate].map(String);
  return [title, ...counts, hitRate, formatSeconds(wallMs), formatSeconds(figures.savedMs)];
}

function formatSeconds(ms: number): string {
  return ms < 10_000 ? `${(ms / 1000).toFixed(2)} s` : `${(ms / 1000).toFixed(1)} s`;
}
