import type { TextOptions } from '../reporters/reporter-options.ts';
import { formatRate } from '../summary/describe-counts.ts';
import { describeTransfers } from '../summary/describe-transfers.ts';
import { cleanTerminalText } from '../text/clean-terminal-text.ts';
import { formatBytes } from '../text/format-bytes.ts';
import { formatDuration } from '../text/format-duration.ts';
import { createPaint } from '../text/paint.ts';
import { renderBar, renderSparkline } from '../text/plots.ts';
import { renderTable } from '../text/render-table.ts';
import type { Statistics, TaskStatistics, Usage } from './build-statistics.ts';

const tasksShown = 10;
const daysShown = 30;
const barColumns = 12;

/** For a terminal: the totals, the days, and the tasks that are slow, missed or flaky. */
export function renderStatistics(statistics: Statistics, options: TextOptions): string {
  if (statistics.runs === 0) return 'No runs are recorded yet.\n';
  const paint = createPaint(options.color);
  const section = (title: string, text: string): string => (text === '' ? '' : `\n${paint('bold', title)}\n${text}`);
  return [
    renderTotals(statistics, options),
    section('days', renderDays(statistics, options)),
    section('slowest tasks, by the time they took in all', renderSlowest(statistics.tasks, options)),
    section('most memory', renderMemory(statistics.tasks, options)),
    section('most often missed', renderMissed(statistics.tasks, options)),
    section('flaky: the same hash, different outcomes', renderFlaky(statistics, options)),
  ].join('');
}

function renderTotals({ runs, failedRuns, total, tasks }: Statistics, options: TextOptions): string {
  const rows = [
    ['runs', `${runs}, ${failedRuns} of them failed`],
    ['tasks', String(tasks.length)],
    ['hit rate', describeHits(total)],
    ['time', `${formatDuration(total.executedMs)} executed, ${formatDuration(total.savedMs)} saved by the cache`],
    ['stored', `${formatBytes(total.storedBytes)} in the local cache`],
    ['remote', describeTransfers(total)],
  ];
  return renderTable(null, rows, options);
}

function describeHits(usage: Usage): string {
  const hits = usage.localHits + usage.remoteHits;
  return `${formatRate(hits, usage.cacheable)} of ${usage.cacheable} (${usage.localHits} local, ${usage.remoteHits} remote)`;
}

function renderDays({ days }: Statistics, options: TextOptions): string {
  const rows = days.slice(-daysShown).map((day) => {
    const rate = day.cacheable === 0 ? 0 : (day.localHits + day.remoteHits) / day.cacheable;
    const hits = `${renderBar(rate, barColumns).padEnd(barColumns)} ${formatRate(day.localHits + day.remoteHits, day.cacheable)}`;
    return [day.day, String(day.runs), hits, formatDuration(day.savedMs), formatBytes(day.storedBytes)];
  });
  return renderTable(['day', 'runs', 'hit rate', 'saved', 'cache growth'], rows, options);
}

function renderSlowest(tasks: readonly TaskStatistics[], options: TextOptions): string {
  const rows = tasks
    .filter(({ executions }) => executions > 0)
    .slice(0, tasksShown)
    .map((task) => [
      task.task,
      String(task.executions),
      formatDuration(task.p50),
      formatDuration(task.p95),
      formatDuration(task.p99),
      formatDuration(task.totalMs),
      describeTrend(task.trend),
      renderSparkline(task.recentMs),
    ]);
  return renderTable(['task', 'times', 'p50', 'p95', 'p99', 'in all', 'trend', 'recent'], rows, options);
}

function renderMemory(tasks: readonly TaskStatistics[], options: TextOptions): string {
  const rows = tasks
    .flatMap(({ task, memory, cpuMs, p50 }) => (memory === null ? [] : [{ task, memory, cpuMs, p50 }]))
    .toSorted((a, b) => b.memory.medianBytes - a.memory.medianBytes)
    .slice(0, tasksShown)
    .map(({ task, memory, cpuMs, p50 }) => [
      task,
      formatBytes(memory.medianBytes),
      formatBytes(memory.maxBytes),
      describeTrend(memory.trend),
      renderSparkline(memory.recentBytes),
      cpuMs === null ? '' : formatDuration(cpuMs),
      cpuMs === null || p50 === 0 ? '' : (cpuMs / p50).toFixed(1),
    ]);
  return renderTable(['task', 'peak p50', 'highest', 'trend', 'recent', 'CPU p50', 'cores'], rows, options);
}

/** How the newer half compares with the older. */
function describeTrend(trend: number | null): string {
  if (trend === null) return '';
  const percent = Math.round((trend - 1) * 100);
  return percent > 0 ? `+${percent}%` : `${percent}%`;
}

function renderMissed(tasks: readonly TaskStatistics[], options: TextOptions): string {
  const rows = tasks
    .filter(({ misses }) => misses > 1)
    .toSorted((a, b) => b.misses - a.misses)
    .slice(0, tasksShown)
    .map(({ task, misses, hits, missReason }) => [
      task,
      `${misses} of ${misses + hits}`,
      missReason === null ? '' : cleanTerminalText(missReason, false).replaceAll('\n', ' '),
    ]);
  return renderTable(['task', 'misses', 'mostly because'], rows, options);
}

function renderFlaky({ flaky }: Statistics, options: TextOptions): string {
  const rows = flaky
    .slice(0, tasksShown)
    .map(({ task, passed, failed, retried, hash }) => [
      task,
      `${passed}`,
      `${failed}`,
      `${retried}`,
      hash.slice(0, 12),
    ]);
  return renderTable(['task', 'passed', 'failed', 'passed on retry', 'hash'], rows, options);
}
