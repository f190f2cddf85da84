import type { TextOptions } from '../reporters/reporter-options.ts';
import { displayWidth, padToWidth, truncateToWidth } from './display-width.ts';
import { createPaint } from './paint.ts';

const gap = '  ';

/**
 * Columns as wide as their widest cell, two spaces apart, the last one cut at the width of the
 * terminal. Cells may hold styles, and no newlines. Each line ends with a newline; no rows give `''`.
 */
export function renderTable(
  header: readonly string[] | null,
  rows: readonly (readonly string[])[],
  options: TextOptions,
): string {
  if (rows.length === 0) return '';
  const paint = createPaint(options.color);
  const all = header === null ? rows : [header, ...rows];
  const widths = measureColumns(all);
  const lines = all.map((row) => truncateToWidth(renderRow(row, widths).trimEnd(), options.columns));
  if (header !== null) lines[0] = paint('dim', lines[0] ?? '');
  return lines.map((line) => `${line}\n`).join('');
}

function measureColumns(rows: readonly (readonly string[])[]): readonly number[] {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [index, cell] of row.entries()) widths[index] = Math.max(widths[index] ?? 0, displayWidth(cell));
  }
  return widths;
}

function renderRow(row: readonly string[], widths: readonly number[]): string {
  return row.map((cell, index) => (index === row.length - 1 ? cell : padToWidth(cell, widths[index] ?? 0))).join(gap);
}
