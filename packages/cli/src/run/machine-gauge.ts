import { setTimeout as delay } from 'node:timers/promises';
import type { Clock } from '@larder/core';
import { createPressureGauge, type MachineGauge } from '@larder/runner';

/** Tells a run whose slots follow the machine how that bears it. */
export function createMachineGauge(clock: Clock, cores: number): MachineGauge {
  return {
    cores,
    pressure: createPressureGauge(clock),
    after: (delayMs) => delay(delayMs, undefined, { ref: false }),
  };
}
