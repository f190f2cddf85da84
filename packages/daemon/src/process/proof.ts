import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

export function createChallenge(): string {
  return randomBytes(16).toString('hex');
}

const challengeSyntax = /^[0-9a-f]{32}$/;

/**
 * Proves the knowledge of the token without saying it. A port of a daemon that is gone may belong to somebody else
 * by now: the client proves itself over its own challenge and the body, the daemon over the same challenge. Where
 * it names a file instead of answering, that is another role, so that neither can stand for the other.
 */
export function prove(
  token: string,
  role: 'client' | 'daemon' | 'file',
  { challenge, body }: { challenge: string; body: string },
): string {
  return createHmac('sha256', token).update(`larder-daemon:${role}:${challenge}:`).update(body).digest('hex');
}

export function isProof(given: unknown, expected: string): boolean {
  if (typeof given !== 'string' || given.length !== expected.length) return false;
  return timingSafeEqual(Buffer.from(given), Buffer.from(expected));
}

export function parseChallenge(given: unknown): string | null {
  return typeof given === 'string' && challengeSyntax.test(given) ? given : null;
}
