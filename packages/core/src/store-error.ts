import type { CacheTroubleCode } from './run-event.ts';

/** Trouble of a cache store, with the code under which the summary counts it. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
  readonly code: CacheTroubleCode;

  constructor(code: CacheTroubleCode, detail: string, options?: ErrorOptions) {
    super(detail, options);
    this.code = code;
  }
}
