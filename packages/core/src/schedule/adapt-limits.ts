import type { StartLimits } from './task-demand.ts';

/** How the machine bears what runs on it, since the last time that somebody asked. Null: it does not say. */
export interface MachinePressure {
  /** Share of the time in which some process waited for a CPU, 0 to 1. */
  readonly cpuStall: number | null;
  /** Share of the time in which some process waited for memory, 0 to 1. */
  readonly memoryStall: number | null;
  /** Memory that can still be had without taking it from others. */
  readonly availableBytes: number | null;
  /** Memory that was moved to swap, a second. */
  readonly swapOutBytesPerSecond: number | null;
}

export interface AdaptiveFacts {
  readonly pressure: MachinePressure;
  readonly cores: number;
  /** In use. */
  readonly occupiedSlots: number;
  /** Memory that running tasks hold now: it is theirs already. */
  readonly residentBytes: number;
}

/** Above this the cores have more to do than they can: fewer tasks would end sooner. */
const highCpuStall = 0.7;
/** Below this the cores wait for tasks: more of them would use what is left. */
const lowCpuStall = 0.15;
const highMemoryStall = 0.1;
const swapOutBytesPerSecond = 1024 * 1024;
/** The rest is for what nobody has measured, and for the files that tasks read. */
const memoryShare = 0.9;

/**
 * The limits for the next starts of a run with `parallel: auto`. One step at a time: a slot less where tasks
 * wait for the cores, down to half of these; a slot more where they leave them idle and all slots are taken,
 * up to twice the cores. Memory is shared out by what tasks have held before. A machine that swaps, or where
 * processes wait for memory, gets nothing more while anything runs.
 */
export function adaptLimits(slots: number, facts: AdaptiveFacts): StartLimits {
  const { pressure, residentBytes } = facts;
  const { availableBytes, memoryStall, swapOutBytesPerSecond: swapOut } = pressure;
  return {
    slots: adaptSlots(slots, facts),
    memoryBytes: availableBytes === null ? null : availableBytes * memoryShare + residentBytes,
    isStrained: (memoryStall ?? 0) > highMemoryStall || (swapOut ?? 0) > swapOutBytesPerSecond,
  };
}

function adaptSlots(slots: number, { pressure, cores, occupiedSlots }: AdaptiveFacts): number {
  const { cpuStall } = pressure;
  if (cpuStall === null) return slots;
  if (cpuStall >= highCpuStall) return Math.max(Math.ceil(cores / 2), slots - 1);
  if (cpuStall <= lowCpuStall && occupiedSlots >= slots) return Math.min(2 * cores, slots + 1);
  return slots;
}
