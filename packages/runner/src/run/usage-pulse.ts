import type { Clock, MachineLoad, SpawnProcess } from '@larder/core';
import type { RunEvents } from '../run-events.ts';
import type { RunningTasks } from './running-tasks.ts';

export interface UsagePulseOptions {
  readonly running: RunningTasks;
  readonly load: () => MachineLoad;
  readonly clock: Clock;
  readonly events: RunEvents;
}

/** Nobody reads figures that change faster. */
const pauseMs = 1000;

/**
 * Tells now and then what the running tasks use. It beats when the processes are measured anyway, and so neither has
 * a timer nor looks at anything twice. Whoever executes tasks is given `spawn` in place of the real one.
 */
export class UsagePulse {
  readonly spawn: SpawnProcess;
  readonly #options: UsagePulseOptions;
  #isDue = false;
  #since: { readonly at: number; readonly cpuMs: number };

  constructor(spawn: SpawnProcess, options: UsagePulseOptions) {
    this.#options = options;
    this.#since = this.#measure();
    this.spawn = (request) => {
      // While nothing ran there was nothing to use.
      if (options.running.isIdle) this.#since = this.#measure();
      return spawn({
        ...request,
        onUsage: (usage) => {
          request.onUsage?.(usage);
          this.#beat();
        },
      });
    };
  }

  /** All trees are measured one after the other: their sum is known after the last. */
  #beat(): void {
    if (this.#isDue || this.#options.clock.now() - this.#since.at < pauseMs) return;
    this.#isDue = true;
    queueMicrotask(() => {
      this.#isDue = false;
      this.#tell();
    });
  }

  #tell(): void {
    const { running, load, events } = this.#options;
    // Processes can outlive the run that started them, as in a watch.
    if (running.isIdle) return;
    const before = this.#since;
    this.#since = this.#measure();
    const busyCores = Math.max(0, (this.#since.cpuMs - before.cpuMs) / (this.#since.at - before.at));
    events.emit({ type: 'usage-sampled', busyCores, residentBytes: running.residentBytes, machine: load() });
  }

  #measure(): { readonly at: number; readonly cpuMs: number } {
    return { at: this.#options.clock.now(), cpuMs: this.#options.running.cpuMs };
  }
}
