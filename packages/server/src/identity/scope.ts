declare const brand: unique symbol;

/**
 * A circle of trust with a keyspace of its own, such as `main` or `pr/42`. One segment is a root; more
 * segments stand for something less trusted that builds upon `main`.
 */
export type Scope = string & { readonly [brand]: 'Scope' };

export const mainScope = 'main' as Scope;

const syntax = /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}(?:\/[A-Za-z0-9][A-Za-z0-9._-]{0,62}){0,3}$/;

/** One to four segments of letters, digits, `.`, `_` and `-`, joined by `/`; null for any other text. */
export function parseScope(text: string): Scope | null {
  return syntax.test(text) ? (text as Scope) : null;
}

/**
 * Where a scope looks for an entry, nearest first: in itself, then in `main` where it has several segments.
 * The way leads from less trusted to more trusted only: nothing here ever names a scope below the given one.
 */
export function readableScopes(scope: Scope): readonly Scope[] {
  return scope.includes('/') ? [scope, mainScope] : [scope];
}
