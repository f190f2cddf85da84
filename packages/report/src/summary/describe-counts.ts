import type { HitCounts, RunView } from '../view/run-view.ts';

/** `12 executed, 20 restored (15 local, 5 remote), 6 up to date`; only what is not zero. */
export function describeTotals({ totals }: RunView): string {
  const restored = totals.restoredLocal + totals.restoredRemote;
  const parts = [
    part(totals.executed, 'executed'),
    part(restored, `restored (${totals.restoredLocal} local, ${totals.restoredRemote} remote)`),
    part(totals.upToDate, 'up to date'),
    part(totals.failed, 'failed'),
    part(totals.skipped, 'skipped'),
    part(totals.cancelled, 'cancelled'),
  ];
  return parts.filter((text) => text !== '').join(', ');
}

/** `68% of 38 (55% local, 13% remote)`; `''` where nothing was cacheable. */
export function describeHitRate(hits: HitCounts): string {
  if (hits.cacheable === 0) return '';
  const total = formatRate(hits.local + hits.remote, hits.cacheable);
  const apart = `${formatRate(hits.local, hits.cacheable)} local, ${formatRate(hits.remote, hits.cacheable)} remote`;
  return `${total} of ${hits.cacheable} (${apart})`;
}

/** Whole percent; 100% and 0% only where they are exact. */
export function formatRate(count: number, whole: number): string {
  if (whole === 0 || count === 0) return '0%';
  if (count >= whole) return '100%';
  return `${Math.min(99, Math.max(1, Math.round((100 * count) / whole)))}%`;
}

function part(count: number, words: string): string {
  return count === 0 ? '' : `${count} ${words}`;
}
