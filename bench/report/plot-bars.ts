import { escapeText, svg, text } from './svg.ts';
import type { Row } from './summarise.ts';

const rowHeight = 18;
const barLeft = 150;
const barWidth = 420;
const width = barLeft + barWidth + 90;

/** Horizontal bars of wall time, a panel for each scenario of one size; the whiskers are half the quartile distance. */
export function plotBars(size: string, rows: readonly Row[]): string {
  const here = rows.filter((row) => row.size === size && row.invalid === null && row.rounds > 0);
  const scenarios = [...new Set(here.map(({ scenario }) => scenario))];
  const parts: string[] = [];
  let top = 34;
  for (const scenario of scenarios) {
    const panel = here.filter((row) => row.scenario === scenario).toSorted((a, b) => a.wallMs - b.wallMs);
    const longest = Math.max(...panel.map(({ wallMs, wallSpreadMs }) => wallMs + wallSpreadMs));
    parts.push(text(12, top, scenario, 'heading'));
    for (const [index, row] of panel.entries()) parts.push(plotBar(row, top + 8 + index * rowHeight, longest));
    top += panel.length * rowHeight + 40;
  }
  return svg({ width, height: top }, [
    text(12, 16, `Wall milliseconds, ${size} (projects x files)`, 'title'),
    ...parts,
  ]);
}

function plotBar(row: Row, top: number, longest: number): string {
  const scale = (ms: number): number => Math.max(1, (ms / longest) * barWidth);
  const length = scale(row.wallMs);
  const spread = (row.wallSpreadMs / longest) * barWidth;
  const middle = top + rowHeight / 2;
  return [
    `<text x="${barLeft - 6}" y="${middle + 4}" text-anchor="end">${escapeText(row.contender)}</text>`,
    `<rect class="${row.role}" x="${barLeft}" y="${top + 2}" width="${length.toFixed(1)}" height="${rowHeight - 4}"/>`,
    `<line x1="${(barLeft + length - spread).toFixed(1)}" x2="${(barLeft + length + spread).toFixed(1)}" y1="${middle}" y2="${middle}"/>`,
    text(barLeft + length + Math.max(spread, 0) + 5, middle + 4, row.wallMs.toFixed(0)),
  ].join('');
}
