/** Newer measurements count a quarter: one slow answer does not decide. */
const weight = 0.25;
/** Smaller bodies say more about the round trip than about the bandwidth. */
const tellingBytes = 64 * 1024;

/** What moving bytes to and from the server costs, as this process has measured it. */
export class TransferRates {
  #roundTripMs: number | null = null;
  #bytesPerMs: number | null = null;

  /** An answer without a body to speak of. */
  noteRoundTrip(durationMs: number): void {
    this.#roundTripMs = blend(this.#roundTripMs, durationMs);
  }

  /** A whole transfer, the round trip included. */
  noteTransfer(sizeBytes: number, durationMs: number): void {
    if (sizeBytes < tellingBytes) return;
    const movingMs = Math.max(0.01, durationMs - (this.#roundTripMs ?? 0));
    this.#bytesPerMs = blend(this.#bytesPerMs, sizeBytes / movingMs);
  }

  /** Milliseconds that moving so many bytes takes; null before both a round trip and a transfer were measured. */
  estimateMs(sizeBytes: number): number | null {
    if (this.#roundTripMs === null || this.#bytesPerMs === null) return null;
    return this.#roundTripMs + sizeBytes / this.#bytesPerMs;
  }
}

function blend(known: number | null, measured: number): number {
  return known === null ? measured : known * (1 - weight) + measured * weight;
}
