/**
 * A path of Bazel's HTTP cache: `ac/<64 hex>` holds an action result, `cas/<64 hex>` the bytes with that SHA-256,
 * both behind up to four segments of an instance name.
 */
export interface BazelPath {
  readonly kind: 'ac' | 'cas';
  /** Without slashes around it; empty where the path has none. */
  readonly instance: string;
  /** 64 lowercase hex digits. */
  readonly digest: string;
}

const segment = '[A-Za-z0-9][A-Za-z0-9._-]{0,62}';
const syntax = new RegExp(`^/(?:(${segment}(?:/${segment}){0,3})/)?(ac|cas)/([0-9a-f]{64})$`);

/** Null where the path is another one. */
export function parseBazelPath(path: string): BazelPath | null {
  const [, instance = '', kind, digest] = syntax.exec(path) ?? [];
  if (digest === undefined) return null;
  return { kind: kind === 'ac' ? 'ac' : 'cas', instance, digest };
}

/** SHA-256 of no bytes: every content-addressed store has this blob. */
export const emptyBlobDigest = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
