import type { TextOptions } from '../reporters/reporter-options.ts';
import { formatDuration } from '../text/format-duration.ts';
import { createPaint } from '../text/paint.ts';
import { renderTable } from '../text/render-table.ts';
import type { ComparedSamples, ComparedTask, Comparison } from './compare-runs.ts';

const tasksShown = 20;

export interface ComparedNames {
  readonly a: string;
  readonly b: string;
}

export function renderComparison(comparison: Comparison, names: ComparedNames, options: TextOptions): string {
  const paint = createPaint(options.color);
  const rows = [
    ['(whole runs)', ...describeSamples(comparison.wall), ''],
    ...comparison.tasks.slice(0, tasksShown).map((task) => [task.task, ...describeSamples(task), paintVerdict(task)]),
  ];
  const hidden = comparison.tasks.length - tasksShown;
  const notes = [
    hidden > 0 ? `… ${hidden} more tasks` : '',
    describeAbsent(comparison.onlyInA.length, names.a),
    describeAbsent(comparison.onlyInB.length, names.b),
    `test: ${comparison.test}; p below 0.05 counts`,
  ].filter((note) => note !== '');
  const head = `${paint('bold', `A ${names.a}`)} (${comparison.runs[0]} runs)  ${paint('bold', `B ${names.b}`)} (${comparison.runs[1]} runs)\n`;
  const table = renderTable(['task', 'executed', 'A', 'B', 'change', 'p', ''], rows, options);
  return `${head}\n${table}\n${notes.map((note) => `${paint('dim', note)}\n`).join('')}`;

  function paintVerdict({ verdict }: ComparedTask): string {
    if (verdict === 'slower') return paint('red', verdict);
    return verdict === 'faster' ? paint('green', verdict) : paint('dim', verdict);
  }
}

function describeSamples({ executions, medianMs, ratio, p }: ComparedSamples): readonly string[] {
  const percent = Math.round((ratio - 1) * 100);
  const change = `${percent > 0 ? '+' : ''}${percent}%`;
  const [a, b] = medianMs.map(formatDuration);
  return [executions.join(' / '), a ?? '', b ?? '', change, p === null ? '' : p < 0.001 ? '< 0.001' : p.toFixed(3)];
}

function describeAbsent(count: number, name: string): string {
  return count === 0 ? '' : `${count} tasks were executed in ${name} only`;
}
