import { formatBytes, formatDuration, type RunView } from '@larder/report';
import type { Snapshot } from '../snapshot.ts';

/** Of the tasks that run now or, where nobody knows that, of those that have settled. */
export function describeUsage(snapshot: Snapshot): string {
  const { usage } = snapshot.view;
  const now = findUsageNow(snapshot);
  if (now !== null) {
    return `cpu ${now.busyCores.toFixed(1)}/${now.machine.cores} mem ${formatBytes(now.residentBytes)}`;
  }
  const parts = [
    usage.cpuMs < 1 ? '' : `cpu ${formatDuration(usage.cpuMs)}`,
    usage.peakMemoryBytes === 0 ? '' : `mem ${formatBytes(usage.peakMemoryBytes)}`,
  ];
  return parts.filter((part) => part !== '').join(' ');
}

/** What is left of the machine while tasks run, in parts of which the first matters most. */
export function describeMachine(snapshot: Snapshot): readonly string[] {
  const machine = findUsageNow(snapshot)?.machine;
  if (machine === undefined) return [];
  const load = machine.loadAverage === null ? [] : [`load ${machine.loadAverage.toFixed(1)}`];
  return [...load, `${formatBytes(machine.freeMemoryBytes)} free`];
}

/** Where there are very many processes they are measured more rarely. */
const longestPauseMs = 15_000;

function findUsageNow({ view, nowMs }: Snapshot): RunView['usageNow'] {
  const { usageNow, groups } = view;
  const isFresh = usageNow !== null && groups.active.size > 0 && nowMs - usageNow.at < longestPauseMs;
  return isFresh ? usageNow : null;
}
