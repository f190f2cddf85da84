import { splitScope, type Scope } from '../identity/scope.ts';

export interface Rate {
  readonly requestsPerSecond: number;
  /** How many may come at once after a quiet time. */
  readonly burst: number;
}

export interface RateLimitOptions {
  /** Null: no limit. */
  readonly scope: Rate | null;
  /** Of all scopes of a tenant together; callers without a tenant share one. */
  readonly tenant: Rate | null;
}

/** Milliseconds until the next request is taken; null where this one is, and it counts. */
export type AdmitRequest = (scope: Scope) => number | null;

/** Buckets that are full again are forgotten beyond this many; there is one for each scope and tenant that calls. */
const bucketsKept = 10_000;

/** Token buckets in this process; each replica has its own. */
export function createRateLimits(options: RateLimitOptions, monotonicMs: () => number): AdmitRequest {
  const scopes = options.scope === null ? null : new Buckets(options.scope);
  const tenants = options.tenant === null ? null : new Buckets(options.tenant);
  return (scope) => {
    const now = monotonicMs();
    const tenant = splitScope(scope).tenant ?? '';
    const waitMs = Math.max(scopes?.waitMs(scope, now) ?? 0, tenants?.waitMs(tenant, now) ?? 0);
    if (waitMs > 0) return waitMs;
    scopes?.take(scope, now);
    tenants?.take(tenant, now);
    return null;
  };
}

class Buckets {
  readonly #rate: Rate;
  /** When a bucket was full, or would be again: what is missing grows with the distance from now. */
  readonly #fullAtMs = new Map<string, number>();

  constructor(rate: Rate) {
    this.#rate = rate;
  }

  waitMs(name: string, nowMs: number): number {
    const { requestsPerSecond, burst } = this.#rate;
    const missing = (Math.max((this.#fullAtMs.get(name) ?? 0) - nowMs, 0) * requestsPerSecond) / 1000;
    return missing + 1 <= burst ? 0 : Math.ceil(((missing + 1 - burst) * 1000) / requestsPerSecond);
  }

  take(name: string, nowMs: number): void {
    const before = Math.max(this.#fullAtMs.get(name) ?? 0, nowMs);
    if (this.#fullAtMs.size >= bucketsKept) this.#forgetFull(nowMs);
    this.#fullAtMs.set(name, before + 1000 / this.#rate.requestsPerSecond);
  }

  #forgetFull(nowMs: number): void {
    for (const [name, fullAtMs] of this.#fullAtMs) if (fullAtMs <= nowMs) this.#fullAtMs.delete(name);
  }
}
