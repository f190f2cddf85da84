import type { ProcessUsage, SpawnProcess, TaskUsage } from '@larder/core';

/**
 * What all processes took that one task starts, one after the other or at the same time. Whoever executes
 * the task is given `spawn` in place of the real one.
 */
export class UsageMeter {
  readonly spawn: SpawnProcess;
  readonly #now = new Map<object, ProcessUsage>();
  #started = 0;
  #cpuMs: number | null = 0;
  #endedCpuMs = 0;
  #peakMemoryBytes: number | null = null;

  constructor(spawn: SpawnProcess) {
    this.spawn = (request) => {
      const key = {};
      const process = spawn({ ...request, onUsage: (usage) => this.#note(key, usage) });
      if (process.pid === null) return process;
      this.#started += 1;
      void process.exited.then(({ cpuMs = null }) => {
        this.#endedCpuMs += cpuMs ?? this.#now.get(key)?.cpuMs ?? 0;
        this.#now.delete(key);
        this.#cpuMs = cpuMs === null || this.#cpuMs === null ? null : this.#cpuMs + cpuMs;
      });
      return process;
    };
  }

  /** Null where no process was started. */
  get usage(): TaskUsage | null {
    return this.#started === 0 ? null : { cpuMs: this.#cpuMs, peakMemoryBytes: this.#peakMemoryBytes };
  }

  /** What the processes took so far, as far as is known. */
  get cpuMs(): number {
    let sum = this.#endedCpuMs;
    for (const { cpuMs } of this.#now.values()) sum += cpuMs;
    return sum;
  }

  /** Memory that the processes hold, as far as is known. */
  get residentBytes(): number {
    let sum = 0;
    for (const { residentBytes } of this.#now.values()) sum += residentBytes;
    return sum;
  }

  #note(key: object, usage: ProcessUsage): void {
    this.#now.set(key, usage);
    this.#peakMemoryBytes = Math.max(this.#peakMemoryBytes ?? 0, usage.peakBytes, this.residentBytes);
  }
}
