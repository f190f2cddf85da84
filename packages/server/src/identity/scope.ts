declare const brand: unique symbol;

/**
 * A circle of trust with a keyspace of its own, such as `main` or `pr/42`. One segment is a root; more segments stand
 * for something less trusted that builds upon `main`. A scope of a tenant is written `acme@main`: tenants share
 * nothing, so it is another scope than `main` for everyone who compares, stores or counts scopes.
 */
export type Scope = string & { readonly [brand]: 'Scope' };

/** Whoever shares a server with others without sharing entries. */
export type Tenant = string & { readonly [brand]: 'Tenant' };

export const mainScope = 'main' as Scope;

const segment = '[A-Za-z0-9][A-Za-z0-9._-]{0,62}';
const tenantSyntax = new RegExp(`^${segment}$`);
const bareSyntax = new RegExp(`^${segment}(?:/${segment}){0,3}$`);
const syntax = new RegExp(`^(?:${segment}@)?${segment}(?:/${segment}){0,3}$`);

/**
 * One to four segments of letters, digits, `.`, `_` and `-`, joined by `/`, perhaps behind `<tenant>@`; null for any
 * other text. For what the server itself has written: people and rules name tenants by themselves.
 */
export function parseScope(text: string): Scope | null {
  return syntax.test(text) ? (text as Scope) : null;
}

/** As `parseScope`, without a tenant. What comes from outside can never reach into a tenant through its scope. */
export function parseBareScope(text: string): Scope | null {
  return bareSyntax.test(text) ? (text as Scope) : null;
}

/** One segment; null for any other text. */
export function parseTenant(text: string): Tenant | null {
  return tenantSyntax.test(text) ? (text as Tenant) : null;
}

/** The scope of a tenant; `scope` is bare. */
export function scopeOfTenant(tenant: Tenant | null, scope: Scope): Scope {
  return tenant === null ? scope : (`${tenant}@${scope}` as Scope);
}

/** Undoes `scopeOfTenant`. */
export function splitScope(scope: Scope): { readonly tenant: Tenant | null; readonly scope: Scope } {
  const at = scope.indexOf('@');
  if (at === -1) return { tenant: null, scope };
  return { tenant: scope.slice(0, at) as Tenant, scope: scope.slice(at + 1) as Scope };
}

/** Whether a scope builds upon no other: what it holds may reach everyone who reads it. */
export function isRootScope(scope: Scope): boolean {
  return !scope.includes('/');
}

/**
 * Where a scope looks for an entry, nearest first: in itself, then in its tenant's `main` where it has several
 * segments. The way leads from less trusted to more trusted only: nothing here ever names a scope below the given one.
 */
export function readableScopes(scope: Scope): readonly Scope[] {
  return isRootScope(scope) ? [scope] : [scope, scopeOfTenant(splitScope(scope).tenant, mainScope)];
}
