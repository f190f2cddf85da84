import { formatBytes } from '../text/format-bytes.ts';
import { formatDuration } from '../text/format-duration.ts';
import type { RunView } from '../view/run-view.ts';

/** The kernel counts in steps of about ten: less says nothing. */
const leastCpuMs = 10;

/** `12 s of CPU, at most 512 MB of memory (web:build)`, as far as it was measured; hits take nothing. */
export function describeUsage({ usage }: RunView): string {
  const { cpuMs, peakMemoryBytes, largest } = usage;
  return [
    ...(cpuMs < leastCpuMs ? [] : [`${formatDuration(cpuMs)} of CPU`]),
    ...(largest === null ? [] : [`at most ${formatBytes(peakMemoryBytes)} of memory (${largest})`]),
  ].join(', ');
}
