import { projectsOf } from './describe-growth.ts';
import { svg, text } from './svg.ts';
import type { Row } from './summarise.ts';

const panelWidth = 320;
const panelHeight = 220;
const margin = { left: 60, top: 50, gap: 80, bottom: 40 };

/** Two panels over the number of projects: CPU and wall time, and peak memory, both from zero. */
export function plotScale(rows: readonly Row[]): string {
  const valid = rows.filter(({ invalid, rounds }) => invalid === null && rounds > 0);
  const second = margin.left + panelWidth + margin.gap;
  return svg({ width: second + panelWidth + 30, height: margin.top + panelHeight + margin.bottom }, [
    text(12, 18, 'An unchanged run of Larder, by number of projects', 'title'),
    plotPanel(valid, margin.left, { heading: 'CPU ms', measure: 'cpuMs' }),
    plotPanel(valid, second, { heading: 'peak memory, MB', measure: 'peakMb' }),
  ]);
}

interface Panel {
  readonly heading: string;
  readonly measure: 'cpuMs' | 'peakMb';
}

function plotPanel(rows: readonly Row[], left: number, { heading, measure }: Panel): string {
  const most = Math.max(1, ...rows.map((row) => row[measure]));
  const widest = Math.max(1, ...rows.map(projectsOf));
  const bottom = margin.top + panelHeight;
  const points = rows.map((row) => ({
    x: left + (projectsOf(row) / widest) * panelWidth,
    y: bottom - (row[measure] / most) * panelHeight,
    row,
  }));
  return [
    text(left, margin.top - 12, heading, 'heading'),
    `<line x1="${left}" x2="${left + panelWidth}" y1="${bottom}" y2="${bottom}"/>`,
    `<line x1="${left}" x2="${left}" y1="${margin.top}" y2="${bottom}"/>`,
    `<polyline points="${points.map(({ x, y }) => `${x.toFixed(1)},${y.toFixed(1)}`).join(' ')}"/>`,
    ...points.map(({ x, y, row }) => {
      const dot = `<circle class="own" cx="${x.toFixed(1)}" cy="${y.toFixed(1)}" r="4"/>`;
      return `${dot}${text(x - 14, y - 8, row[measure].toFixed(0))}${text(x - 14, bottom + 16, String(projectsOf(row)))}`;
    }),
  ].join('\n');
}
