import { findBlockingChain } from '../analysis/blocking-chain.ts';
import type { RunRecord } from '../records/run-record.ts';
import { formatRate } from '../summary/describe-counts.ts';
import { describeTransfers } from '../summary/describe-transfers.ts';
import { formatBytes } from '../text/format-bytes.ts';
import { formatDuration } from '../text/format-duration.ts';
import { escapeHtml } from './escape-html.ts';

/** The figures at the top of the page, each with that of the run before. */
export function renderFigures(record: RunRecord, previous: RunRecord | null): string {
  const figures: readonly (readonly [string, (run: RunRecord) => string])[] = [
    ['time', (run) => formatDuration(run.durationMs)],
    ['saved by the cache', (run) => formatDuration(run.savedMs)],
    ['hit rate', describeHitRate],
    ['executed', ({ totals }) => String(totals.executed)],
    ['restored', ({ totals }) => String(totals.restoredLocal + totals.restoredRemote)],
    ['up to date', ({ totals }) => String(totals.upToDate)],
    ['failed', ({ totals }) => String(totals.failed)],
    [
      'CPU time',
      (run) =>
        describeKnown(
          run.tasks.flatMap(({ cpuMs }) => cpuMs ?? []),
          addUp,
          formatDuration,
        ),
    ],
    [
      'most memory',
      (run) =>
        describeKnown(
          run.tasks.flatMap((task) => task.peakMemoryBytes ?? []),
          findMost,
          formatBytes,
        ),
    ],
    ['remote cache', describeTransfers],
  ];
  const items = figures.map(([name, describe]) => {
    const before = previous === null ? '' : `<small>before: ${escapeHtml(describe(previous))}</small>`;
    return `<div class="figure"><span>${name}</span><b>${escapeHtml(describe(record))}</b>${before}</div>`;
  });
  return `<div class="figures">${items.join('')}</div>`;
}

function describeKnown(
  values: readonly number[],
  combine: (values: readonly number[]) => number,
  format: (value: number) => string,
): string {
  return values.length === 0 ? '-' : format(combine(values));
}

function addUp(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

function findMost(values: readonly number[]): number {
  return values.reduce((most, value) => Math.max(most, value), 0);
}

function describeHitRate({ tasks }: RunRecord): string {
  const counted = tasks.filter(({ cacheable, outcome }) => {
    const kind = outcome?.kind;
    return cacheable && kind !== undefined && kind !== 'skipped' && kind !== 'cancelled';
  });
  const hits = counted.filter(({ outcome }) => outcome?.kind === 'restored' || outcome?.kind === 'up-to-date').length;
  return counted.length === 0 ? '-' : formatRate(hits, counted.length);
}

const reasonsShown = 20;

export function renderMissReasons({ tasks }: RunRecord): string {
  const reasons = Map.groupBy(
    tasks.flatMap(({ reason, outcome }) => (reason !== null && outcome?.kind !== 'skipped' ? [reason] : [])),
    (reason) => reason,
  );
  if (reasons.size === 0) return '<p class="note">No reasons are known.</p>';
  const rows = [...reasons]
    .toSorted((a, b) => b[1].length - a[1].length)
    .slice(0, reasonsShown)
    .map(([reason, all]) => `<tr><td class="number">${all.length}</td><td>${escapeHtml(reason)}</td></tr>`);
  return `<table class="narrow"><thead><tr><th class="number">tasks</th><th>reason</th></tr></thead><tbody>${rows.join('')}</tbody></table>`;
}

export function renderChain(record: RunRecord): string {
  const rows = findBlockingChain(record).map(
    ({ task, tookMs, waitedMs }) =>
      `<tr><td>${escapeHtml(task)}</td><td class="number">${formatDuration(tookMs)}</td><td class="number">${formatDuration(waitedMs)}</td></tr>`,
  );
  return `<table class="narrow"><thead><tr><th>task</th><th class="number">took</th><th class="number">waited before</th></tr></thead><tbody>${rows.join('')}</tbody></table>`;
}
