import { createHash, createHmac } from 'node:crypto';
import type { Leases } from '../leases.ts';

/**
 * What a run shows to get at artifacts. Tools hand their environment on to tasks, so that a task may know it: it opens
 * the cache and nothing else, and only until its run has ended.
 */
export function runTokenOf(daemonToken: string, runId: string): string {
  return createHmac('sha256', daemonToken).update(`larder-daemon:run:${runId}`).digest('hex');
}

/** The same for where nobody says that a run ends: good as long as the daemon lives. */
export function shellTokenOf(daemonToken: string): string {
  return createHmac('sha256', daemonToken).update('larder-daemon:shell').digest('hex');
}

/** Decides who gets at artifacts. Digests are compared, so that the time it takes tells nothing about a token. */
export class Admission {
  readonly #token: string;
  readonly #leases: Leases;
  readonly #shell: string;
  readonly #digests = new Map<string, string>();

  constructor(daemonToken: string, leases: Leases) {
    this.#token = daemonToken;
    this.#leases = leases;
    this.#shell = digestOf(shellTokenOf(daemonToken));
  }

  /** By the whole of the header. */
  admits(authorization: string | undefined): boolean {
    if (authorization?.startsWith('Bearer ') !== true) return false;
    const given = digestOf(authorization.slice('Bearer '.length));
    return given === this.#shell || this.#runs().has(given);
  }

  /** Digests of the tokens of all runs under way. */
  #runs(): ReadonlySet<string> {
    const runIds = new Set(this.#leases.runIds);
    for (const known of this.#digests.keys()) if (!runIds.has(known)) this.#digests.delete(known);
    for (const runId of runIds) {
      if (!this.#digests.has(runId)) this.#digests.set(runId, digestOf(runTokenOf(this.#token, runId)));
    }
    return new Set(this.#digests.values());
  }
}

function digestOf(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
