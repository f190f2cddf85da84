/** Headers of Larder's own protocol, in lower case as Node gives them. */
export const larderHeaders = {
  /** 64 lowercase hex digits: SHA-256 of the body. Required on PUT, sent with every GET and HEAD that finds. */
  sha256: 'x-larder-sha256',
  /** Whole milliseconds that the execution took. Optional on PUT, given back by GET and HEAD. */
  executionMs: 'x-larder-execution-ms',
  /**
   * The signature over the artifact's manifest, as the client made it. Optional on PUT, given back by GET and HEAD
   * unread: only clients hold the keys that can judge it.
   */
  signature: 'x-larder-signature',
} as const;

export const artifactContentType = 'application/octet-stream';

/** What the server answers under `/larder/v1`. Anything else is trouble that a client counts and survives. */
export const larderStatus = {
  found: 200,
  stored: 201,
  /** The rest of an artifact, from the byte that was asked for. */
  partial: 206,
  /** The request cannot be understood: a header is missing or malformed, or a body is not what was agreed. */
  malformed: 400,
  unauthorized: 401,
  forbidden: 403,
  missing: 404,
  /** Entries are immutable. To a client this is as good as stored. */
  exists: 409,
  lengthRequired: 411,
  tooLarge: 413,
  /** The bytes that arrived do not have the SHA-256 that was announced; nothing was stored. */
  digestMismatch: 422,
  /** More requests than the scope or the tenant may make; `retry-after` says when to come again. */
  tooManyRequests: 429,
  failed: 500,
  outOfSpace: 507,
} as const;

const sha256Syntax = /^[0-9a-f]{64}$/;

/** Null where the text is not 64 lowercase hex digits. */
export function parseSha256(text: unknown): string | null {
  return typeof text === 'string' && sha256Syntax.test(text) ? text : null;
}

const millisecondsSyntax = /^[0-9]{1,12}$/;

/** Null where the text is not a whole number of milliseconds. */
export function parseExecutionMs(text: unknown): number | null {
  return typeof text === 'string' && millisecondsSyntax.test(text) ? Number(text) : null;
}

/** The text for the header: whole, not negative, within what `parseExecutionMs` takes. */
export function formatExecutionMs(milliseconds: number): string {
  return String(Math.min(Math.max(Math.round(milliseconds), 0), 999_999_999_999));
}

const signatureSyntax = /^[\x21-\x7e]{1,512}$/;

/** At most 512 characters of printable ASCII; null where the text is anything else. */
export function parseSignature(text: unknown): string | null {
  return typeof text === 'string' && signatureSyntax.test(text) ? text : null;
}
