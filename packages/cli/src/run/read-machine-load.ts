import { availableParallelism, loadavg } from 'node:os';
import type { MachineLoad } from '@larder/core';

/** Costs a few microseconds. Within a container, memory is what that may take. */
export function readMachineLoad(): MachineLoad {
  const [lastMinute = 0] = loadavg();
  return {
    cores: availableParallelism(),
    // Windows counts nothing, and Node says 0 there.
    loadAverage: process.platform === 'win32' ? null : lastMinute,
    freeMemoryBytes: process.availableMemory(),
  };
}
