import type { ProcessMemory, SpawnProcess, TaskUsage } from '@larder/core';

/**
 * What all processes took that one task starts, one after the other or at the same time. Whoever executes
 * the task is given `spawn` in place of the real one.
 */
export class UsageMeter {
  readonly spawn: SpawnProcess;
  readonly #memoryNow = new Map<object, ProcessMemory>();
  #started = 0;
  #cpuMs: number | null = 0;
  #peakMemoryBytes: number | null = null;

  constructor(spawn: SpawnProcess) {
    this.spawn = (request) => {
      const key = {};
      const process = spawn({ ...request, onMemory: (memory) => this.#noteMemory(key, memory) });
      if (process.pid === null) return process;
      this.#started += 1;
      void process.exited.then(({ cpuMs = null }) => {
        this.#memoryNow.delete(key);
        this.#cpuMs = cpuMs === null || this.#cpuMs === null ? null : this.#cpuMs + cpuMs;
      });
      return process;
    };
  }

  /** Null where no process was started. */
  get usage(): TaskUsage | null {
    return this.#started === 0 ? null : { cpuMs: this.#cpuMs, peakMemoryBytes: this.#peakMemoryBytes };
  }

  /** Memory that the processes hold, as far as is known. */
  get residentBytes(): number {
    let sum = 0;
    for (const { residentBytes } of this.#memoryNow.values()) sum += residentBytes;
    return sum;
  }

  #noteMemory(key: object, memory: ProcessMemory): void {
    this.#memoryNow.set(key, memory);
    this.#peakMemoryBytes = Math.max(this.#peakMemoryBytes ?? 0, memory.peakBytes, this.residentBytes);
  }
}
