import { hash, timingSafeEqual } from 'node:crypto';

/** `lrd_<id>_<secret>`: the id finds the record, the secret proves possession of the token. */
export interface TokenParts {
  /** 12 hex digits; not secret. */
  readonly id: string;
  /** 32 random bytes in base64url. */
  readonly secret: string;
}

/** Cryptographically strong random bytes. */
export type RandomBytes = (count: number) => Buffer;

const syntax = /^lrd_([0-9a-f]{12})_([A-Za-z0-9_-]{43})$/;
const idSyntax = /^[0-9a-f]{12}$/;

export function mintToken(randomBytes: RandomBytes): TokenParts {
  return { id: mintTokenId(randomBytes), secret: randomBytes(32).toString('base64url') };
}

export function mintTokenId(randomBytes: RandomBytes): string {
  return randomBytes(6).toString('hex');
}

export function formatToken(parts: TokenParts): string {
  return `lrd_${parts.id}_${parts.secret}`;
}

/** Null where the text is not the syntax of a token. */
export function parseToken(text: string): TokenParts | null {
  const [, id, secret] = syntax.exec(text) ?? [];
  return id === undefined || secret === undefined ? null : { id, secret };
}

export function isTokenId(text: string): boolean {
  return idSyntax.test(text);
}

/** 64 hex digits. The secret has 256 random bits, so one fast digest keeps it: there is nothing to guess. */
export function digestSecret(secret: string): string {
  return hash('sha256', secret, 'hex');
}

/** In constant time. */
export function secretMatches(secret: string, secretSha256: string): boolean {
  const expected = Buffer.from(secretSha256, 'hex');
  const actual = hash('sha256', secret, 'buffer');
  return expected.length === actual.length && timingSafeEqual(expected, actual);
}
