import type { FetchAhead } from './ahead/fetch-ahead.ts';
import type { ControlRequest } from './http/control.ts';
import type { Leases } from './leases.ts';
import type { Levels } from './levels.ts';
import { subtractTallies, type Tallies, type Tally } from './tally.ts';

export interface RunAccountsOptions {
  readonly leases: Leases;
  readonly levels: Levels;
  readonly tally: Tally;
  /** Null where nothing is fetched before somebody asks. */
  readonly ahead: FetchAhead | null;
}

const maxTalliesAtStart = 200;

/** The runs that clients say they begin and end, and what the daemon did while each was under way. */
export class RunAccounts {
  readonly #options: RunAccountsOptions;
  readonly #tallyAtStart = new Map<string, Tallies>();

  constructor(options: RunAccountsOptions) {
    this.#options = options;
  }

  /** What was done during the run that ends; null for every other request, and for a run that nobody began. */
  async take(request: ControlRequest): Promise<Tallies | null> {
    if (request.action === 'begin') this.#begin(request);
    return request.action === 'end' ? this.#end(request) : null;
  }

  #begin({ runId, pid, nxRecordsAbsolute }: Extract<ControlRequest, { action: 'begin' }>): void {
    const { leases, tally, ahead } = this.#options;
    leases.begin({ runId, pid, startedAtEpochMs: Date.now() });
    if (nxRecordsAbsolute !== null) void ahead?.begin(runId, nxRecordsAbsolute);
    if (this.#tallyAtStart.size < maxTalliesAtStart) this.#tallyAtStart.set(runId, tally.read());
  }

  async #end({ runId, flushMs }: Extract<ControlRequest, { action: 'end' }>): Promise<Tallies | null> {
    const { leases, levels, tally, ahead } = this.#options;
    ahead?.end(runId);
    await levels.flush(flushMs);
    leases.end(runId);
    const before = this.#tallyAtStart.get(runId);
    this.#tallyAtStart.delete(runId);
    return before === undefined ? null : subtractTallies(tally.read(), before);
  }
}
