declare const brand: unique symbol;

/** A name under which Nx keeps an artifact: decimal digits today, and any safe token tomorrow. */
export type NxHash = string & { readonly [brand]: 'NxHash' };

const prefix = '/v1/cache/';
const syntax = /^[A-Za-z0-9_-]{1,128}$/;

/**
 * The hash of `/v1/cache/{hash}`, Nx's self-hosted remote cache; null where the path is another one or
 * the hash is not a safe token.
 */
export function parseNxPath(path: string): NxHash | null {
  if (!path.startsWith(prefix)) return null;
  return nxHashOf(path.slice(prefix.length));
}

/** Null where it is not a safe token. */
export function nxHashOf(text: string): NxHash | null {
  return syntax.test(text) ? (text as NxHash) : null;
}
