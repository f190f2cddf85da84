import { readFileSync } from 'node:fs';
import { freemem } from 'node:os';
import type { Clock, MachinePressure } from '@larder/core';

/** Each call tells what was since the one before; the first one knows no rates. */
export type PressureGauge = () => MachinePressure;

/** A text of the kernel, by its path; null where it is not there. */
export type ReadText = (path: string) => string | null;

/**
 * Reads how Linux bears its load: `/proc/pressure` (microseconds in which some process waited),
 * `/proc/meminfo`, `/proc/vmstat`, and the limits of the control group, which are those of a container. On
 * Windows only the free memory is known; that of macOS leaves out what it would give back at once, so there
 * nothing is.
 */
export function createPressureGauge(clock: Pick<Clock, 'now'>, read: ReadText = readKernelText): PressureGauge {
  const cpuStall = createRate(clock);
  const memoryStall = createRate(clock);
  const swapOut = createRate(clock);
  return () => ({
    cpuStall: toShare(cpuStall(readStalledMs(read('/proc/pressure/cpu')))),
    memoryStall: toShare(memoryStall(readStalledMs(read('/proc/pressure/memory')))),
    availableBytes: readAvailableBytes(read),
    swapOutBytesPerSecond: toBytesPerSecond(swapOut(readNumber(read('/proc/vmstat'), /^pswpout (\d+)$/m))),
  });
}

function readKernelText(path: string): string | null {
  if (process.platform !== 'linux') return null;
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return null;
  }
}

/** How fast a count grows, a millisecond; null at the first call and where there is no count. */
function createRate(clock: Pick<Clock, 'now'>): (count: number | null) => number | null {
  let before: { readonly count: number; readonly at: number } | null = null;
  return (count) => {
    const last = before;
    const at = clock.now();
    before = count === null ? null : { count, at };
    return count === null || last === null || at <= last.at ? null : Math.max(0, (count - last.count) / (at - last.at));
  };
}

function toShare(rate: number | null): number | null {
  return rate === null ? null : Math.min(1, rate);
}

/** Swap is counted in pages, of 4 KiB nearly everywhere: this only asks whether there is much of it. */
function toBytesPerSecond(pagesPerMs: number | null): number | null {
  return pagesPerMs === null ? null : pagesPerMs * 4096 * 1000;
}

function readStalledMs(text: string | null): number | null {
  const microseconds = readNumber(text, /^some .*total=(\d+)$/m);
  return microseconds === null ? null : microseconds / 1000;
}

function readAvailableBytes(read: ReadText): number | null {
  const kilobytes = readNumber(read('/proc/meminfo'), /^MemAvailable:\s+(\d+) kB$/m);
  if (kilobytes === null) return process.platform === 'win32' ? freemem() : null;
  return Math.min(kilobytes * 1024, readGroupBytes(read) ?? Infinity);
}

/** What the control group may still have; files that it has read and does not use count as free. */
function readGroupBytes(read: ReadText): number | null {
  const most = readNumber(read('/sys/fs/cgroup/memory.max'), /^(\d+)$/m);
  const current = readNumber(read('/sys/fs/cgroup/memory.current'), /^(\d+)$/m);
  if (most === null || current === null) return null;
  const files = readNumber(read('/sys/fs/cgroup/memory.stat'), /^inactive_file (\d+)$/m) ?? 0;
  return Math.max(0, most - current + files);
}

function readNumber(text: string | null, pattern: RegExp): number | null {
  const found = text === null ? undefined : pattern.exec(text)?.[1];
  return found === undefined ? null : Number(found);
}
