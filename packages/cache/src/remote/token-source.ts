/** Gives the token for a request; null sends none. Called for every request, so it answers at once where it can. */
export interface TokenSource {
  get(signal: AbortSignal): Promise<string | null>;
}

export function fixedToken(token: string | null): TokenSource {
  return { get: async () => token };
}

export interface GrantedToken {
  readonly token: string;
  readonly expiresAtEpochMs: number;
}

/** A token that is used up to this long before it ends would be refused on its way. */
const renewalMs = 60_000;

/** Fetches a token when the first request needs it, once for all of them, and again before it expires. */
export class RenewedToken implements TokenSource {
  readonly #fetch: (signal: AbortSignal) => Promise<GrantedToken>;
  readonly #epochMs: () => number;
  #granted: Promise<GrantedToken> | null = null;
  #renewAtEpochMs = Infinity;

  constructor(fetch: (signal: AbortSignal) => Promise<GrantedToken>, epochMs: () => number = Date.now) {
    this.#fetch = fetch;
    this.#epochMs = epochMs;
  }

  async get(signal: AbortSignal): Promise<string> {
    if (this.#granted === null || this.#epochMs() >= this.#renewAtEpochMs) this.#granted = this.#renew(signal);
    return (await this.#granted).token;
  }

  /** What failed is tried again by the next request: the session counts failures. */
  async #renew(signal: AbortSignal): Promise<GrantedToken> {
    this.#renewAtEpochMs = Infinity;
    try {
      const granted = await this.#fetch(signal);
      this.#renewAtEpochMs = Math.max(granted.expiresAtEpochMs - renewalMs, this.#epochMs() + renewalMs);
      return granted;
    } catch (error) {
      this.#granted = null;
      throw error;
    }
  }
}
