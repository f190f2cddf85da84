import type { CacheProtocol } from '../archive/inspect-archive.ts';
import type { Entry, EntryAttributes, EntryKey } from '../entries/entry.ts';

export interface Received {
  readonly sizeBytes: number | null;
  readonly attributes: EntryAttributes;
  /** Throws where the transfer breaks off or takes too long. */
  readonly body: AsyncIterable<Uint8Array>;
}

/** The remote cache server behind the daemon. What it does not do in time, or refuses, is thrown as `UpstreamTrouble`. */
export interface Upstream {
  read(key: EntryKey, signal: AbortSignal): Promise<Received | null>;
  write(key: EntryKey, entry: Entry, signal: AbortSignal): Promise<void>;
  close(): void;
}

export type TroubleReach =
  /** Only this request. */
  | 'request'
  /** The server seems to be down. */
  | 'server'
  /** The server let a deadline pass: waiting for it once has cost enough. */
  | 'silent'
  /** The token may not do this; no other request of the kind will be allowed either. */
  | 'direction';

export class UpstreamTrouble extends Error {
  override readonly name = 'UpstreamTrouble';
  readonly reach: TroubleReach;

  constructor(reach: TroubleReach, message: string, options?: ErrorOptions) {
    super(message, options);
    this.reach = reach;
  }
}

/** Where each client's protocol keeps an artifact on a server. */
export function artifactPath({ protocol, hash }: { readonly protocol: CacheProtocol; readonly hash: string }): string {
  return protocol === 'nx' ? `/v1/cache/${hash}` : `/v8/artifacts/${hash}`;
}
