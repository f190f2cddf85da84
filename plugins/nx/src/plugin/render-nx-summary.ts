import type { DaemonStatus } from '@larder/daemon';
import { cleanTerminalText, formatDuration, type RunRecord, type TaskRecord } from '@larder/report';

const slowestCount = 3;
const troubleCount = 3;

/** A few lines for the end of a run; empty where the run had no tasks. */
export function renderNxSummary(record: RunRecord, daemon: DaemonStatus | null): string {
  if (record.tasks.length === 0) return '';
  const lines = [describeHits(record, daemon), ...describeSlowest(record.tasks), ...describeTroubles(daemon)];
  return `\n${lines.map((line) => ` Larder  ${line}\n`).join('')}`;
}

function describeHits({ totals, tasks, savedMs }: RunRecord, daemon: DaemonStatus | null): string {
  const local = totals.restoredLocal + totals.upToDate;
  const hits = local + totals.restoredRemote;
  const rate = Math.round((hits / tasks.length) * 100);
  const fromServer = daemon?.duringRun?.hits.remote ?? 0;
  const remote =
    fromServer === 0 ? `${totals.restoredRemote} remote` : `${totals.restoredRemote} remote (${fromServer} downloaded)`;
  const saved = savedMs === 0 ? '' : `, about ${formatDuration(savedMs)} saved`;
  return `${hits} of ${tasks.length} tasks were hits (${rate} %): ${local} local, ${remote}${saved}`;
}

function describeSlowest(tasks: readonly TaskRecord[]): readonly string[] {
  const executed = tasks.flatMap(({ id, outcome }) =>
    outcome?.kind === 'executed' || outcome?.kind === 'failed' ? [{ id, durationMs: outcome.durationMs }] : [],
  );
  if (executed.length === 0) return [];
  const slowest = executed.toSorted((a, b) => b.durationMs - a.durationMs).slice(0, slowestCount);
  return [`slowest: ${slowest.map(({ id, durationMs }) => `${id} ${formatDuration(durationMs)}`).join(', ')}`];
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
