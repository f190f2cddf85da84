import { adaptLimits, limitSlots } from '@larder/core';
import type { StartLimits } from '@larder/core';
import type { RunPorts, RunRequest } from './run-request.ts';

/** How often the machine is asked, at most. */
const pressureIntervalMs = 500;

export interface RunningLoad {
  readonly occupiedSlots: number;
  /** Memory that the running tasks hold. */
  readonly residentBytes: number;
}

/** What may start at any moment: the slots of the run or, where it has a gauge of the machine, what that can bear. */
export class StartGate {
  readonly #ports: Pick<RunPorts, 'clock' | 'gauge' | 'log'>;
  #limits: StartLimits;
  #askedAt = -Infinity;
  #isWaiting = false;

  constructor({ slots }: Pick<RunRequest, 'slots'>, ports: Pick<RunPorts, 'clock' | 'gauge' | 'log'>) {
    this.#limits = limitSlots(slots);
    this.#ports = ports;
  }

  limitsFor(load: RunningLoad): StartLimits {
    const { clock, gauge } = this.#ports;
    if (gauge === undefined || clock.now() - this.#askedAt < pressureIntervalMs) return this.#limits;
    this.#askedAt = clock.now();
    const facts = { ...load, pressure: gauge.pressure(), cores: gauge.cores };
    this.#change(adaptLimits(this.#limits.slots, facts));
    return this.#limits;
  }

  /**
   * The pressure on the machine goes down without any task ending: tasks that wait are looked at again later.
   * Null where that has no use, or somebody waits already.
   */
  waitForChange(): Promise<void> | null {
    const { gauge } = this.#ports;
    if (gauge === undefined || this.#isWaiting) return null;
    this.#isWaiting = true;
    return gauge.after(pressureIntervalMs).then(() => {
      this.#isWaiting = false;
    });
  }

  #change(limits: StartLimits): void {
    const { log } = this.#ports;
    if (limits.slots !== this.#limits.slots) log(`slots: ${limits.slots}`);
    if (limits.isStrained !== this.#limits.isStrained) {
      log(`the machine is ${limits.isStrained ? '' : 'no longer '}strained`);
    }
    this.#limits = limits;
  }
}
