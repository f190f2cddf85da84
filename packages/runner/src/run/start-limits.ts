import { adaptLimits, limitSlots } from '@larder/core';
import type { StartLimits } from '@larder/core';
import type { RunPorts, RunRequest } from './run-request.ts';

/** How often the machine is asked, at most. */
export const pressureIntervalMs = 500;

export interface RunningLoad {
  readonly occupiedSlots: number;
  /** Memory that the running tasks hold. */
  readonly residentBytes: number;
}

/** What may start at any moment: the slots of the run or, where it has a gauge of the machine, what that can bear. */
export function createStartLimits(
  { slots }: Pick<RunRequest, 'slots'>,
  { clock, gauge, log }: Pick<RunPorts, 'clock' | 'gauge' | 'log'>,
): (load: RunningLoad) => StartLimits {
  const fixed = limitSlots(slots);
  if (gauge === undefined) return () => fixed;
  let limits = fixed;
  let askedAt = -Infinity;
  return (load) => {
    if (clock.now() - askedAt < pressureIntervalMs) return limits;
    askedAt = clock.now();
    const adapted = adaptLimits(limits.slots, { ...load, pressure: gauge.pressure(), cores: gauge.cores });
    if (adapted.slots !== limits.slots) log(`slots: ${adapted.slots}`);
    if (adapted.isStrained !== limits.isStrained)
      log(`the machine is ${adapted.isStrained ? '' : 'no longer '}strained`);
    limits = adapted;
    return limits;
  };
}
