import type { RunPlan, RunPlanEntry } from '@larder/core';
import type { TextOptions } from '../reporters/reporter-options.ts';
import { formatDuration } from '../text/format-duration.ts';
import { createPaint, type Paint } from '../text/paint.ts';
import { renderTable } from '../text/render-table.ts';
import { describePlannedCache, type PlannedCache } from './describe-planned-cache.ts';

const criticalPathShown = 8;

/** A dry run as a table: task, hash, what the caches have, expected time and the reason. */
export function renderPlan(plan: RunPlan, options: TextOptions): string {
  if (plan.entries.length === 0) return 'No tasks.\n';
  const paint = createPaint(options.color);
  const rows = plan.entries.map((entry) => renderEntry(entry, paint));
  const table = renderTable(['task', 'hash', 'cache', 'expected', 'reason'], rows, options);
  return `${table}\n${countEntries(plan)}\n${renderCriticalPath(plan)}`;
}

function renderEntry(entry: RunPlanEntry, paint: Paint): readonly string[] {
  const cache = describePlannedCache(entry);
  return [
    entry.task,
    entry.hash.kind === 'ready' ? entry.hash.hash : paint('dim', 'deferred'),
    renderCache(cache, paint),
    entry.expectedMs === null ? '' : formatDuration(entry.expectedMs),
    paint('dim', cache.reason ?? ''),
  ];
}

function renderCache(cache: PlannedCache, paint: Paint): string {
  switch (cache.kind) {
    case 'hit':
      return paint('green', `hit ${cache.where ?? ''}`.trimEnd());
    case 'miss':
      return paint('yellow', 'miss');
    case 'uncacheable':
    case 'deferred':
      return cache.kind;
  }
}

function countEntries(plan: RunPlan): string {
  const counts = new Map<string, number>();
  for (const { cache } of plan.entries) counts.set(cache.kind, (counts.get(cache.kind) ?? 0) + 1);
  const parts = ['hit', 'miss', 'uncacheable', 'deferred'].flatMap((kind) => {
    const count = counts.get(kind) ?? 0;
    return count === 0 ? [] : [`${count} ${kind}`];
  });
  return `${plan.entries.length === 1 ? '1 task' : `${plan.entries.length} tasks`}: ${parts.join(', ')}`;
}

function renderCriticalPath({ criticalPath }: RunPlan): string {
  if (criticalPath.length < 2) return '';
  const hidden = Math.max(0, criticalPath.length - criticalPathShown);
  const shown = criticalPath.slice(0, criticalPathShown).join(' → ');
  return `critical path: ${shown}${hidden === 0 ? '' : ` → … ${hidden} more`}\n`;
}
