import type { DaemonStatus } from '@larder/daemon';
import {
  cleanTerminalText,
  formatBytes,
  formatDuration,
  formatRate,
  type RunRecord,
  type TaskRecord,
} from '@larder/report';
import { findLongestPath } from './find-longest-path.ts';

const slowestCount = 3;
const missCount = 3;
const troubleCount = 3;
/** The links of a longer chain are left out in the middle. */
const pathCount = 5;

/** A few lines for the end of a run; empty where there is nothing to be said. */
export function renderNxSummary(record: RunRecord, daemon: DaemonStatus | null): string {
  const lines = [
    ...describeHits(record, daemon),
    ...describeTraffic(record, daemon),
    ...describeMisses(record.tasks),
    ...describeSlowest(record.tasks),
    ...describePath(record.tasks),
    ...describeTroubles(daemon),
  ];
  return lines.length === 0 ? '' : `\n${lines.map((line) => ` Larder  ${line}\n`).join('')}`;
}

/** Of tasks that a cache could be asked for: what cannot be a hit does not lower the rate. */
function describeHits({ totals, tasks, savedMs }: RunRecord, daemon: DaemonStatus | null): readonly string[] {
  const cacheable = tasks.filter((task) => task.cacheable);
  const counted = cacheable.filter(
    ({ outcome }) => outcome?.kind !== 'skipped' && outcome?.kind !== 'cancelled',
  ).length;
  if (counted === 0) return [];
  const local = totals.restoredLocal + totals.upToDate;
  const hits = local + totals.restoredRemote;
  const rate = formatRate(hits, counted).replace('%', ' %');
  const fromServer = daemon?.duringRun?.hits.remote ?? 0;
  const remote =
    fromServer === 0 ? `${totals.restoredRemote} remote` : `${totals.restoredRemote} remote (${fromServer} downloaded)`;
  const saved = savedMs === 0 ? '' : `, about ${formatDuration(savedMs)} saved`;
  const what = cacheable.length < tasks.length ? 'cacheable tasks' : 'tasks';
  return [`${hits} of ${counted} ${what} were hits (${rate}): ${local} local, ${remote}${saved}`];
}

function describeTraffic(
  { downloadedBytes, uploadedBytes, unusedDownloads }: RunRecord,
  daemon: DaemonStatus | null,
): readonly string[] {
  const waiting = daemon === null || daemon.pendingUploads === 0 ? [] : [`${daemon.pendingUploads} uploads go on`];
  const moved = [
    ...(downloadedBytes === 0 ? [] : [`${formatBytes(downloadedBytes)} down`]),
    ...(uploadedBytes === 0 ? [] : [`${formatBytes(uploadedBytes)} up`]),
    ...waiting,
    ...(unusedDownloads === 0 ? [] : [`${unusedDownloads} fetched ahead and not needed`]),
  ];
  return moved.length === 0 ? [] : [`moved: ${moved.join(', ')}`];
}

/** Those that cost most come first. Names are the workspace's, texts may hold anything that a file name can. */
function describeMisses(tasks: readonly TaskRecord[]): readonly string[] {
  const missed = findExecuted(tasks).filter(({ reason }) => reason !== null);
  const shown = missed
    .slice(0, missCount)
    .map(({ id, reason }) => `missed ${id}: ${cleanTerminalText(reason ?? '', false)}`);
  const rest = missed.length - shown.length;
  return rest > 0 ? [...shown, `and ${rest} more misses; see "larder report"`] : shown;
}

function describeSlowest(tasks: readonly TaskRecord[]): readonly string[] {
  const slowest = findExecuted(tasks).slice(0, slowestCount);
  if (slowest.length === 0) return [];
  return [`slowest: ${slowest.map(({ id, durationMs }) => `${id} ${formatDuration(durationMs)}`).join(', ')}`];
}

interface ExecutedTask {
  readonly id: string;
  readonly reason: string | null;
  readonly durationMs: number;
}

/** Slowest first; what goes on until it is stopped has no time of its own. */
function findExecuted(tasks: readonly TaskRecord[]): readonly ExecutedTask[] {
  const executed = tasks.flatMap(({ id, reason, outcome, continuous }) =>
    !continuous && (outcome?.kind === 'executed' || outcome?.kind === 'failed')
      ? [{ id, reason, durationMs: outcome.durationMs }]
      : [],
  );
  return executed.toSorted((a, b) => b.durationMs - a.durationMs);
}

/** A chain of one task says nothing that the slowest tasks do not. */
function describePath(tasks: readonly TaskRecord[]): readonly string[] {
  const { ids, ms } = findLongestPath(tasks);
  if (ids.length < 2) return [];
  const left = ids.length - pathCount;
  const shown = left > 0 ? [...ids.slice(0, pathCount - 2), `${left} more`, ...ids.slice(-2)] : ids;
  return [`critical path: ${shown.join(' > ')}, ${formatDuration(ms)}`];
}

/** Words of a server are anybody's words: nothing in them may steer a terminal. */
function describeTroubles(daemon: DaemonStatus | null): readonly string[] {
  const troubles = daemon?.duringRun?.troubles ?? [];
  const shown = troubles.slice(0, troubleCount).map(({ what, detail, count }) => {
    const times = count === 1 ? '' : ` (${count} times)`;
    return `cache trouble: ${what}: ${cleanTerminalText(detail, false)}${times}`;
  });
  const rest = troubles.length - shown.length;
  return rest > 0 ? [...shown, `and ${rest} more; see "larder daemon status"`] : shown;
}
