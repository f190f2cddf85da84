import type { Scope } from '../identity/scope.ts';

/**
 * What a scope may push out when there is no room: nothing but scopes of its own class. A pull request that stores
 * a great deal evicts pull requests, never what `main` stored.
 */
export const scopeClasses = ['root', 'derived'] as const;
export type ScopeClass = (typeof scopeClasses)[number];

/** Bytes by class, in whole blocks. */
export type BytesByClass = Readonly<Record<ScopeClass, number>>;

/** One segment (`main`) is a root, more (`pr/42`) build upon one. */
export function classOf(scope: Scope): ScopeClass {
  return scope.includes('/') ? 'derived' : 'root';
}

/** Gives scopes below others a fixed share (0 to 1) of the bytes, and the rest to the roots. */
export function divideBytes(bytes: number, derivedShare: number): BytesByClass {
  const derived = Math.floor(bytes * derivedShare);
  return { root: bytes - derived, derived };
}
