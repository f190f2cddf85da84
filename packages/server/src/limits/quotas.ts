import { isRootScope, splitScope, type Scope } from '../identity/scope.ts';
import type { EntryFacts } from '../storage/storage.ts';

export interface QuotaOptions {
  /** Bytes of artifacts in one scope. Null: no quota. */
  readonly scopeBytes: number | null;
  /**
   * Of all scopes of a tenant together; what has no tenant counts as one. A root such as `main` is stopped only by
   * what roots keep: pull requests that fill the quota stop each other.
   */
  readonly tenantBytes: number | null;
}

export interface Quotas {
  /** Bytes set aside for an upload, or null where they would be too many. */
  reserve(scope: Scope, sizeBytes: number): QuotaReservation | null;
}

export interface QuotaReservation {
  /** What is really kept of it in the end: the size of the artifact, or 0. */
  settle(keptBytes: number): void;
}

export interface QuotaSources {
  readonly list: () => AsyncIterable<EntryFacts>;
  readonly monotonicMs: () => number;
  readonly onFailure: (error: unknown) => void;
}

/** Entries that were evicted, or stored by another process, show up with a count. One starts this often at most. */
const countEveryMs = 60_000;

/**
 * Limits what each scope and tenant keeps. The sums are counted from the storage at the start, and again when one
 * of them seems to be used up; until the first count has ended, uploads pass. Artifacts that leave by eviction free
 * their bytes with the next count.
 */
export function createQuotas(options: QuotaOptions, sources: QuotaSources): Quotas {
  if (options.scopeBytes === null && options.tenantBytes === null) return { reserve: () => unlimited };
  const ledger = new Ledger();
  const recount = createRecount(ledger, sources);
  recount();
  return {
    reserve: (scope, sizeBytes) => {
      const accounts = accountsOf(scope);
      const tenant = isRootScope(scope) ? rootsOf(scope) : tenantOf(scope);
      const fits = (name: string, limit: number | null): boolean =>
        limit === null || ledger.bytesOf(name) + sizeBytes <= limit;
      if (!fits(scope, options.scopeBytes) || !fits(tenant, options.tenantBytes)) {
        recount();
        return null;
      }
      ledger.add(accounts, sizeBytes);
      return { settle: (keptBytes) => ledger.add(accounts, keptBytes - sizeBytes) };
    },
  };
}

const unlimited: QuotaReservation = { settle: () => {} };

function accountsOf(scope: Scope): readonly string[] {
  return [scope, tenantOf(scope), ...(isRootScope(scope) ? [rootsOf(scope)] : [])];
}

/** Names that no scope has. */
function tenantOf(scope: Scope): string {
  return `${splitScope(scope).tenant ?? ''}@`;
}

function rootsOf(scope: Scope): string {
  return `${tenantOf(scope)}roots only@`;
}

/** Bytes by account. */
class Ledger {
  #bytes = new Map<string, number>();
  /** What changed while a count is under way, on top of which it is put. */
  #changes: Map<string, number> | null = null;

  bytesOf(name: string): number {
    return this.#bytes.get(name) ?? 0;
  }

  add(accounts: readonly string[], bytes: number): void {
    for (const name of accounts) {
      addTo(this.#bytes, name, bytes);
      if (this.#changes !== null) addTo(this.#changes, name, bytes);
    }
  }

  async count(entries: AsyncIterable<EntryFacts>): Promise<void> {
    const counted = new Map<string, number>();
    this.#changes = new Map();
    try {
      for await (const { key, sizeBytes } of entries) {
        for (const name of accountsOf(key.scope)) addTo(counted, name, sizeBytes);
      }
      for (const [name, bytes] of this.#changes) addTo(counted, name, bytes);
      this.#bytes = counted;
    } finally {
      this.#changes = null;
    }
  }
}

function addTo(sums: Map<string, number>, name: string, bytes: number): void {
  sums.set(name, (sums.get(name) ?? 0) + bytes);
}

function createRecount(ledger: Ledger, { list, monotonicMs, onFailure }: QuotaSources): () => void {
  let startedAtMs = Number.NEGATIVE_INFINITY;
  let isCounting = false;
  return () => {
    const now = monotonicMs();
    if (isCounting || now - startedAtMs < countEveryMs) return;
    isCounting = true;
    startedAtMs = now;
    void ledger
      .count(list())
      .catch(onFailure)
      .finally(() => {
        isCounting = false;
      });
  };
}
