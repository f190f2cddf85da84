import type { Row } from './summarise.ts';

/**
 * The rows of one scenario at one size, the fastest first; `of wall` and `of cpu`
 * are what the first contender takes of the row's.
 */
export function formatTable(title: string, rows: readonly Row[]): string {
  const [own] = rows;
  const valid = rows.filter(({ invalid }) => invalid === null).toSorted((a, b) => a.wallMs - b.wallMs);
  const lines = valid.map((row) => {
    const [wall, cpu] = own === undefined ? [] : [own.wallMs / row.wallMs, own.cpuMs / row.cpuMs];
    const figures = [row.wallMs, row.wallSpreadMs, row.cpuMs, row.peakMb].map((value) => formatFigure(value, 0));
    return formatLine(row.contender, [...figures, formatRatio(wall), formatRatio(cpu), String(row.rounds)]);
  });
  const wrong = rows.flatMap(({ contender, invalid }) =>
    invalid === null ? [] : [`  ${contender}: invalid, ${invalid}`],
  );
  const heading = formatLine(title, ['wall ms', '±', 'cpu ms', 'peak MB', 'of wall', 'of cpu', 'rounds']);
  return [heading, ...lines, ...wrong].join('\n');
}

function formatLine(name: string, cells: readonly string[]): string {
  return `${name.padEnd(56)}${cells.map((cell) => cell.padStart(9)).join('')}`;
}

function formatRatio(ratio = Number.NaN): string {
  return formatFigure(ratio, 2);
}

function formatFigure(value: number, digits: number): string {
  return Number.isNaN(value) ? '-' : value.toFixed(digits);
}
