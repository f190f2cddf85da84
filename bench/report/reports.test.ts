import { expect, test } from 'vitest';
import { describeGrowth } from './describe-growth.ts';
import { formatMarkdown } from './format-markdown.ts';
import { formatTable } from './format-table.ts';
import { plotBars } from './plot-bars.ts';
import { plotScale } from './plot-scale.ts';
import type { Row } from './summarise.ts';

function row(more: Partial<Row>): Row {
  const place = { scenario: 'restore', size: '10x10', contender: 'larder', role: 'own' } as const;
  const figures = { wallMs: 40, wallSpreadMs: 2, cpuMs: 30, peakMb: 50, daemonPeakMb: Number.NaN, rounds: 7 };
  return { ...place, ...figures, invalid: null, ...more };
}

test('a table has the fastest first, what the first contender takes of each, and what is invalid last', () => {
  const rows = [
    row({}),
    row({ contender: 'turbo', wallMs: 20, cpuMs: 60, peakMb: Number.NaN }),
    row({ contender: 'lage', invalid: 'it ended with exit code 1' }),
  ];
  const [heading, ...lines] = formatTable('restore, 10x10', rows).split('\n');
  expect(heading).toMatch(/^restore, 10x10 +wall ms +± +cpu ms +peak MB +of wall +of cpu +rounds$/);
  expect(lines.map((line) => line.replaceAll(/ +/g, ' '))).toEqual([
    'turbo 20 2 60 - 2.00 0.50 7',
    'larder 40 2 30 50 1.00 1.00 7',
    ' lage: invalid, it ended with exit code 1',
  ]);
});

test('the table for the documentation has wall and CPU time, and says where a row does not count', () => {
  const rows = [
    row({}),
    row({ contender: 'turbo', cpuMs: Number.NaN }),
    row({ contender: 'lage', invalid: 'it lies' }),
    row({ scenario: 'cold', wallMs: 90.4 }),
  ];
  expect(formatMarkdown(rows).trim().split('\n')).toEqual([
    '| 10x10 | larder | turbo | lage |',
    '| --- | --: | --: | --: |',
    '| `restore` | 40 / 30 | 40 | - |',
    '| `cold` | 90 / 30 |  |  |',
  ]);
});

test('bars are as long as the times, and the slowest of the scenario fits with its whisker', () => {
  const drawing = plotBars('10x10', [
    row({}),
    row({ contender: 'turbo', role: 'peer', wallMs: 80 }),
    row({ size: '9x9' }),
  ]);
  const widths = [...drawing.matchAll(/<rect class="(own|peer)"[^>]* width="([\d.]+)"/g)].map(([, role, width]) => [
    role,
    width,
  ]);
  expect(widths).toEqual([
    ['own', '204.9'],
    ['peer', '409.8'],
  ]);
});

test('names are escaped in a drawing, and invalid rows are not drawn', () => {
  const drawing = plotBars('10x10', [row({ contender: 'a<b&c' }), row({ contender: 'lage', invalid: 'x' })]);
  expect(drawing).toContain('a&lt;b&amp;c');
  expect(drawing).not.toContain('lage');
});

test('the plot of growth has a line from zero to the largest workspace for each scenario', () => {
  const sizes = [100, 5000, 1000].map((projects) => row({ size: `${projects}x20`, cpuMs: projects, peakMb: 60 }));
  const other = sizes.map((each): Row => ({ ...each, scenario: 'cold' }));
  const drawing = plotScale([...sizes, row({ size: '1000x100', cpuMs: 9000 }), ...other]);
  const lines = [...drawing.matchAll(/<polyline points="([^"]+)"/g)].map(([, points]) => points);
  expect(lines).toHaveLength(4);
  expect(lines[0]).toBe('66.4,216.8 124.0,188.0 380.0,60.0');
  expect(drawing).toContain('cold: peak memory, MB');
});

test('growth is linear where each project more costs the same, whatever the start costs', () => {
  const at = (projects: number, cpuMs: number): Row =>
    row({ size: `${projects}x20`, cpuMs, peakMb: 60 + projects / 50 });
  const wide = row({ size: '1000x100', cpuMs: 9000 });
  expect(describeGrowth([at(100, 130), at(1000, 400), wide, at(5000, 1600)])[0]?.factor).toBeCloseTo(1);
  expect(describeGrowth([at(100, 130), at(1000, 400), at(5000, 2800)])[0]?.factor).toBeCloseTo(2);
  expect(describeGrowth([at(1000, 400), at(5000, 1600)])).toEqual([]);
});
