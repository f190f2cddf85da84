import { readFileSync } from 'node:fs';
import type { ProcessUsage } from '@larder/core';
import { readKernelUnits } from './kernel-units.ts';
import type { KernelUnits } from './kernel-units.ts';
import { measureTrees } from './measure-trees.ts';
import type { TreeMeasure } from './measure-trees.ts';
import { monotonicMs } from './monotonic-ms.ts';
import { readProcess, readProcessTable } from './process-table.ts';

/** Measures the process trees of tasks. The numbers are null, and nothing is ever read, where there is no `/proc`. */
export interface UsageSampler {
  /** `leader` leads a session of its own. */
  watch(leader: number, onUsage: (memory: ProcessUsage) => void): void;
  /** To be called when the output of the leader has come to its end: mostly it has ended then, and is still in the table. */
  noteEnd(leader: number): void;
  /** Watches it no longer. CPU milliseconds; null where it was gone before anybody looked. */
  release(leader: number): number | null;
}

const noUsageSampler: UsageSampler = { watch: () => {}, noteEnd: () => {}, release: () => null };

/** Most processes are over sooner: looking at them would cost more than it tells. */
const firstLookMs = 50;
/** Timers count in whole milliseconds. */
const timerSlackMs = 2;
const shortestPauseMs = 100;
const longestPauseMs = 10_000;
/** Looking at the process table may take this share of a core, however many processes the machine has. */
const costShare = 0.01;

/**
 * One timer for all trees, which runs only while a process does, and never keeps this process alive. What
 * libuv waits for is gone at once, and Node does not hand on what the kernel says of it then, so CPU times
 * are read when the output has ended: the kernel closes the files of a process before it reports its end.
 */
export function createUsageSampler(): UsageSampler {
  const units = readKernelUnits();
  return units === null ? noUsageSampler : new ProcSampler(units);
}

interface WatchedTree {
  readonly onUsage: (memory: ProcessUsage) => void;
  readonly startedAt: number;
  peakBytes: number;
  cpuTicks: number | null;
  hasEnded: boolean;
}

class ProcSampler implements UsageSampler {
  readonly #units: KernelUnits;
  readonly #trees = new Map<number, WatchedTree>();
  #timer: NodeJS.Timeout | null = null;

  constructor(units: KernelUnits) {
    this.#units = units;
  }

  watch(leader: number, onUsage: (memory: ProcessUsage) => void): void {
    this.#trees.set(leader, { onUsage, startedAt: monotonicMs(), peakBytes: 0, cpuTicks: null, hasEnded: false });
    if (this.#timer === null) this.#lookAfter(firstLookMs);
  }

  noteEnd(leader: number): void {
    const tree = this.#trees.get(leader);
    if (tree === undefined || tree.hasEnded) return;
    // It cannot have taken as much as the kernel counts in, unless it did so on many cores at once.
    if (monotonicMs() - tree.startedAt < this.#units.tickMs / 2) {
      tree.cpuTicks = 0;
      return;
    }
    const facts = readProcess(leader);
    if (facts === null) return;
    tree.hasEnded = facts.zombie;
    tree.cpuTicks = Math.max(tree.cpuTicks ?? 0, facts.cpuTicks);
  }

  release(leader: number): number | null {
    const ticks = this.#trees.get(leader)?.cpuTicks ?? null;
    this.#trees.delete(leader);
    return ticks === null ? null : ticks * this.#units.tickMs;
  }

  #lookAfter(pauseMs: number): void {
    this.#timer = setTimeout(() => this.#look(), pauseMs).unref();
  }

  #look(): void {
    this.#timer = null;
    if (this.#trees.size === 0) return;
    const now = monotonicMs();
    const isWorthIt = [...this.#trees.values()].some(({ startedAt }) => now - startedAt >= firstLookMs - timerSlackMs);
    if (!isWorthIt) return this.#lookAfter(firstLookMs);
    // Time that passes while others have the core is no cost.
    const before = process.cpuUsage();
    const leaders = new Set(this.#trees.keys());
    const measures = measureTrees(readProcessTable(findFirstPid(leaders)) ?? [], leaders);
    for (const [leader, measure] of measures) this.#note(leader, measure);
    const { user, system } = process.cpuUsage(before);
    const tookMs = (user + system) / 1000;
    this.#lookAfter(Math.min(longestPauseMs, Math.max(shortestPauseMs, tookMs / costShare)));
  }

  #note(leader: number, { residentPages, cpuTicks, largest }: TreeMeasure): void {
    const tree = this.#trees.get(leader);
    if (tree === undefined) return;
    tree.cpuTicks = Math.max(tree.cpuTicks ?? 0, cpuTicks);
    // It is about to start its program, or has ended.
    if (residentPages === 0) return;
    const residentBytes = residentPages * this.#units.pageBytes;
    tree.peakBytes = Math.max(tree.peakBytes, residentBytes, readPeakBytes(largest.pid));
    tree.onUsage({ residentBytes, peakBytes: tree.peakBytes, cpuMs: tree.cpuTicks * this.#units.tickMs });
  }
}

/**
 * Ids count up, so that what a leader has started comes after it, and the many processes that were there before need
 * not be read; unless the ids have begun again meanwhile: the last one is the fifth word of `/proc/loadavg`.
 */
function findFirstPid(leaders: ReadonlySet<number>): number {
  try {
    const last = Number(readFileSync('/proc/loadavg', 'latin1').split(' ')[4]);
    return last >= Math.max(...leaders) ? Math.min(...leaders) : 0;
  } catch {
    return 0;
  }
}

/** The kernel's own peak of one process, so that what it held between two looks counts; 0 where it has ended. */
function readPeakBytes(pid: number): number {
  try {
    const peak = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1];
    return Number(peak ?? 0) * 1024;
  } catch {
    return 0;
  }
}
