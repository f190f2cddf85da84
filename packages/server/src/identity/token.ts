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
function secretMatches(secret: string, secretSha256: string): boolean {
  return areEqual(Buffer.from(secretSha256, 'hex'), hash('sha256', secret, 'buffer'));
}

/**
 * `secretMatches`, which remembers the secret that a record was proved with: every request of a job brings the same
 * one, and to compare it costs less than to digest it. Forgets with the record.
 */
export function createProof(): (secret: string, record: { readonly secretSha256: string }) => boolean {
  const proved = new WeakMap<object, Buffer>();
  return (secret, record) => {
    const bytes = Buffer.from(secret, 'latin1');
    const known = proved.get(record);
    if (known !== undefined && areEqual(known, bytes)) return true;
    if (!secretMatches(secret, record.secretSha256)) return false;
    proved.set(record, bytes);
    return true;
  };
}

function areEqual(one: Buffer, other: Buffer): boolean {
  return one.length === other.length && timingSafeEqual(one, other);
}
