import { ownValue, recordOf } from '@larder/core';
import * as v from 'valibot';
import { closedObject, parseDocument, type ParsedDocument } from '../../config/parse-document.ts';
import type { Access } from '../identity.ts';
import { parseBareScope, parseTenant, type Tenant } from '../scope.ts';
import { listCaptures } from './claim-pattern.ts';

export type Provider = 'github' | 'gitlab' | 'other';

/** What must hold of a token's claims, and what they are good for then. */
export interface OidcRule {
  /** Claim -> patterns of which one must fit, see `claim-pattern.ts`. */
  readonly claims: Readonly<Record<string, readonly string[]>>;
  /** With `{name}` for what a pattern kept. */
  readonly scope: string;
  readonly access: Access;
  readonly tenant: Tenant | null;
}

export interface OidcIssuer {
  readonly provider: Provider;
  readonly issuer: string;
  readonly audience: string;
  /** Where the issuer publishes its keys. */
  readonly jwksUri: string;
  /** The first one that fits decides. */
  readonly rules: readonly OidcRule[];
}

const text = v.pipe(v.string('a text'), v.minLength(1, 'a text that is not empty'), v.maxLength(500, 'a shorter text'));

/** Keys that arrive in the clear could be anyone's; a loopback issuer serves tests. */
const url = v.pipe(
  v.string('an https URL'),
  v.regex(
    /^(?:https:\/\/[^\s/@?#]+|http:\/\/(?:127\.0\.0\.1|localhost|\[::1\])(?::\d+)?)(?:\/[^\s?#]*)?$/,
    'an https URL',
  ),
);

/** A pattern with several runs side by side would take its time over hostile claims. */
const pattern = v.pipe(
  text,
  v.check((value) => !/(?:\*|\})(?:\*|\{)/.test(value), 'a pattern whose wildcards are kept apart'),
  v.check((value) => (value.match(/\*|\{/g) ?? []).length <= 4, 'a pattern with at most four wildcards'),
);

const tenantSchema = v.pipe(
  v.string('a tenant: letters, digits, ".", "_" and "-"'),
  v.check((value) => parseTenant(value) !== null, 'a tenant: letters, digits, ".", "_" and "-"'),
);

const scopeSchema = v.pipe(
  v.string('a scope'),
  v.check(
    (value) => parseBareScope(value.replaceAll(/\{[a-z][a-z0-9_]{0,31}\}/g, 'x')) !== null,
    'a scope such as main or pr/{number}',
  ),
);

const ruleSchema = v.pipe(
  closedObject({
    claims: v.pipe(
      recordOf(
        text,
        v.union(
          [pattern, v.pipe(v.array(pattern), v.minLength(1, 'a pattern at least'))],
          'a pattern or an array of patterns',
        ),
        'an object: claim -> pattern',
      ),
      v.description('What the claims must look like: exact text, * for a run within a segment, {name} to keep it.'),
    ),
    scope: v.pipe(
      scopeSchema,
      v.description('What such a token reads and writes, with {name} for what a pattern kept.'),
    ),
    access: v.picklist(['read', 'write'], 'one of "read", "write"'),
    tenant: v.exactOptional(tenantSchema),
  }),
  v.check((rule) => capturesMissing(rule).length === 0, 'a rule whose scope names only what its patterns keep'),
);

const issuerSchema = v.pipe(
  closedObject({
    provider: v.pipe(
      v.picklist(['github', 'gitlab', 'other'], 'one of "github", "gitlab", "other"'),
      v.description('Whose claims these are.'),
    ),
    issuer: v.exactOptional(v.pipe(url, v.description('The claim iss. Known for github and gitlab.'))),
    audience: v.pipe(
      text,
      v.description('The claim aud: the address of this server, so that tokens for others are none for it.'),
    ),
    jwksUri: v.exactOptional(v.pipe(url, v.description('Where the keys are published. Known for github and gitlab.'))),
    rules: v.pipe(
      v.array(ruleSchema, 'an array of rules'),
      v.minLength(1, 'a rule at least'),
      v.maxLength(1000, 'at most 1,000 rules'),
    ),
  }),
  v.check(
    ({ provider, issuer, jwksUri }) => provider !== 'other' || (issuer !== undefined && jwksUri !== undefined),
    'an issuer with "issuer" and "jwksUri"',
  ),
  v.check(
    ({ provider, rules }) => rules.every(({ claims }) => namesOwner(provider, claims)),
    'rules that name the repository: repository, repository_id, project_path or project_id without a leading wildcard',
  ),
);

export const oidcRulesSchema = closedObject({
  $schema: v.exactOptional(v.string('a text')),
  issuers: v.pipe(
    v.array(issuerSchema, 'an array of issuers'),
    v.minLength(1, 'an issuer at least'),
    v.maxLength(20, 'at most 20 issuers'),
    v.check(
      (issuers) => new Set(issuers.map(nameOf)).size === issuers.length,
      'issuers that differ: one entry holds all rules of an issuer',
    ),
  ),
});

/** Reads a rules file; every problem at once. */
export function parseOidcRules(content: string, file: string): ParsedDocument<readonly OidcIssuer[]> {
  const [document, problems] = parseDocument(content, file, oidcRulesSchema);
  return document === null ? [null, problems] : [document.issuers.map(fillIn), []];
}

function fillIn(given: v.InferOutput<typeof issuerSchema>): OidcIssuer {
  const issuer = (given.issuer ?? knownIssuers[given.provider]).replace(/\/$/, '');
  return {
    provider: given.provider,
    issuer: given.issuer ?? issuer,
    audience: given.audience,
    jwksUri: given.jwksUri ?? `${issuer}${knownKeyPaths[given.provider]}`,
    rules: given.rules.map(({ claims, scope, access, tenant }) => ({
      claims: Object.fromEntries(Object.entries(claims).map(([name, value]) => [name, [value].flat()])),
      scope,
      access,
      tenant: tenant === undefined ? null : parseTenant(tenant),
    })),
  };
}

function nameOf({ provider, issuer }: v.InferOutput<typeof issuerSchema>): string {
  return issuer ?? knownIssuers[provider];
}

const knownIssuers: Readonly<Record<Provider, string>> = {
  github: 'https://token.actions.githubusercontent.com',
  gitlab: 'https://gitlab.com',
  other: '',
};

const knownKeyPaths: Readonly<Record<Provider, string>> = {
  github: '/.well-known/jwks',
  gitlab: '/oauth/discovery/keys',
  other: '',
};

const ownerClaims: Readonly<Record<Exclude<Provider, 'other'>, readonly string[]>> = {
  github: ['repository', 'repository_id', 'repository_owner', 'repository_owner_id'],
  gitlab: ['project_path', 'project_id', 'namespace_path', 'namespace_id'],
};

/** Everyone may have tokens of such an issuer made: a rule that names no owner would let everyone in. */
function namesOwner(provider: Provider, claims: Readonly<Record<string, string | readonly string[]>>): boolean {
  if (provider === 'other') return true;
  return ownerClaims[provider].some((name) => {
    const patterns = [ownValue(claims, name) ?? []].flat();
    return patterns.length > 0 && patterns.every((each) => !/^[*{]/.test(each));
  });
}

function capturesMissing(rule: {
  readonly scope: string;
  readonly claims: Readonly<Record<string, string | readonly string[]>>;
}): readonly string[] {
  // A name must be kept by every alternative of some claim, or the scope could lack it.
  const kept = Object.values(rule.claims).flatMap((patterns) => {
    const [first = [], ...others] = [patterns].flat().map(listCaptures);
    return first.filter((name) => others.every((names) => names.includes(name)));
  });
  return listCaptures(rule.scope).filter((name) => !kept.includes(name));
}
