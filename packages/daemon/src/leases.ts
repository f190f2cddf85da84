/** A run that uses the daemon. While one is under way, the daemon stays. */
export interface Lease {
  readonly runId: string;
  /** The process that lives as long as the run, or longer. */
  readonly pid: number;
  readonly startedAtEpochMs: number;
}

const maxLeases = 1000;
/** A run whose end nobody reported, under a process that goes on living (Nx's own daemon), is given up then. */
const maxAgeMs = 12 * 60 * 60 * 1000;

/** The runs under way, as far as they said so. */
export class Leases {
  readonly #leases = new Map<string, Lease>();
  readonly #isAlive: (pid: number) => boolean;

  constructor(isAlive: (pid: number) => boolean, leases: readonly Lease[]) {
    this.#isAlive = isAlive;
    for (const lease of leases) this.begin(lease);
  }

  begin(lease: Lease): void {
    if (this.#leases.size < maxLeases) this.#leases.set(lease.runId, lease);
  }

  end(runId: string): void {
    this.#leases.delete(runId);
  }

  /** Of runs that have not ended; those whose process is gone may be among them. */
  get runIds(): Iterable<string> {
    return this.#leases.keys();
  }

  /** Without those whose process is gone. */
  list(nowEpochMs: number): readonly Lease[] {
    for (const lease of this.#leases.values()) {
      const isOver = nowEpochMs - lease.startedAtEpochMs > maxAgeMs || !this.#isAlive(lease.pid);
      if (isOver) this.#leases.delete(lease.runId);
    }
    return [...this.#leases.values()];
  }
}
