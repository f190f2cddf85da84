import { groupByGrowth, projectsOf } from './describe-growth.ts';
import { svg, text } from './svg.ts';
import type { Row } from './summarise.ts';

const panelWidth = 320;
const panelHeight = 160;
const margin = { left: 60, top: 60, right: 60, gap: 80, bottom: 70 };

/** For each scenario two panels over the number of projects: CPU time and peak memory, both from zero. */
export function plotScale(rows: readonly Row[]): string {
  const scenarios = [...groupByGrowth(rows)];
  const second = margin.left + panelWidth + margin.gap;
  const panels = scenarios.flatMap(([scenario, grown], index) => {
    const top = margin.top + index * (panelHeight + margin.bottom);
    return [
      plotPanel(grown, { left: margin.left, top }, { heading: `${scenario}: CPU ms`, measure: 'cpuMs' }),
      plotPanel(grown, { left: second, top }, { heading: `${scenario}: peak memory, MB`, measure: 'peakMb' }),
    ];
  });
  const height = margin.top + scenarios.length * (panelHeight + margin.bottom);
  return svg({ width: second + panelWidth + margin.right, height }, [
    text(12, 18, 'Larder by number of projects', 'title'),
    ...panels,
  ]);
}

interface Panel {
  readonly heading: string;
  readonly measure: 'cpuMs' | 'peakMb';
}

interface Corner {
  readonly left: number;
  readonly top: number;
}

function plotPanel(rows: readonly Row[], { left, top }: Corner, { heading, measure }: Panel): string {
  const most = Math.max(1, ...rows.map((row) => row[measure]));
  const widest = Math.max(1, ...rows.map(projectsOf));
  const bottom = top + panelHeight;
  const points = rows.map((row) => ({
    x: left + (projectsOf(row) / widest) * panelWidth,
    y: bottom - (row[measure] / most) * panelHeight,
    row,
  }));
  return [
    text(left, top - 20, heading, 'heading'),
    `<line x1="${left}" x2="${left + panelWidth}" y1="${bottom}" y2="${bottom}"/>`,
    `<line x1="${left}" x2="${left}" y1="${top}" y2="${bottom}"/>`,
    `<polyline points="${points.map(({ x, y }) => `${x.toFixed(1)},${y.toFixed(1)}`).join(' ')}"/>`,
    ...points.map(({ x, y, row }) => {
      const dot = `<circle class="own" cx="${x.toFixed(1)}" cy="${y.toFixed(1)}" r="4"/>`;
      return `${dot}${text(x - 14, y - 8, row[measure].toFixed(0))}${text(x - 14, bottom + 16, String(projectsOf(row)))}`;
    }),
  ].join('\n');
}
