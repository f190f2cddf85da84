import type { TextOptions } from '../reporters/reporter-options.ts';
import { formatBytes } from '../text/format-bytes.ts';
import { formatDuration } from '../text/format-duration.ts';
import { createPaint } from '../text/paint.ts';
import { renderTable } from '../text/render-table.ts';
import type { BudgetVerdict } from './check-budgets.ts';

/** What is over its budget, with the baseline and the change; all of it where `all` is set. Then a count. */
export function renderBudgetVerdicts(
  verdicts: readonly BudgetVerdict[],
  options: TextOptions & { readonly all: boolean },
): string {
  const paint = createPaint(options.color);
  const exceeded = verdicts.filter((verdict) => verdict.exceeded);
  const shown = options.all ? verdicts : exceeded;
  const rows = shown.map((verdict) => [
    verdict.exceeded ? paint('red', '✖') : paint('green', '✔'),
    verdict.task,
    verdict.what,
    format(verdict, verdict.measured),
    verdict.what === 'regression' && verdict.baseline === null ? '' : format(verdict, verdict.limit),
    format(verdict, verdict.baseline),
    describeChange(verdict),
  ]);
  const table = renderTable(['', 'task', 'budget', 'measured', 'limit', 'baseline', 'change'], rows, options);
  const unknown = verdicts.filter(({ measured }) => measured === null).length;
  const note = unknown === 0 ? '' : `, ${unknown} without anything to measure yet`;
  const count = `${exceeded.length} of ${verdicts.length} budgets exceeded${note}\n`;
  return `${table}${table === '' ? '' : '\n'}${paint(exceeded.length > 0 ? 'red' : 'green', count.trimEnd())}\n`;
}

function format({ unit }: BudgetVerdict, value: number | null): string {
  if (value === null) return '-';
  return unit === 'ms' ? formatDuration(value) : formatBytes(value);
}

function describeChange({ measured, baseline, p }: BudgetVerdict): string {
  if (measured === null || baseline === null || baseline === 0) return '';
  const percent = Math.round((measured / baseline - 1) * 100);
  return `${percent > 0 ? '+' : ''}${percent}%${p === null ? '' : ` (p ${p < 0.001 ? '< 0.001' : p.toFixed(3)})`}`;
}
