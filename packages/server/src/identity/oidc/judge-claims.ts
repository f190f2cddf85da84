import { ownValue } from '@larder/core';
import type { Access } from '../identity.ts';
import { isRootScope, parseBareScope, scopeOfTenant, type Scope } from '../scope.ts';
import { matchClaim } from './claim-pattern.ts';
import type { OidcIssuer, OidcRule, Provider } from './oidc-rules.ts';

/** The claims of a token whose signature, issuer, audience and time have been verified. */
export type Claims = Readonly<Record<string, unknown>>;

export interface Grant {
  /** With its tenant. */
  readonly scope: Scope;
  readonly access: Access;
}

/**
 * What the claims are good for: the first rule that fits decides, and what runs code of others is cut back whatever
 * the rule says. Null where no rule fits.
 */
export function judgeClaims({ provider, rules }: OidcIssuer, claims: Claims): Grant | null {
  for (const rule of rules) {
    const scope = findScope(rule, claims);
    if (scope === null) continue;
    const isAllowed = rule.access === 'write' && mayWrite(provider, claims, isRootScope(scope));
    return { scope: scopeOfTenant(rule.tenant, scope), access: isAllowed ? 'write' : 'read' };
  }
  return null;
}

function findScope(rule: OidcRule, claims: Claims): Scope | null {
  const kept = new Map<string, string>();
  for (const [name, patterns] of Object.entries(rule.claims)) {
    const text = textOf(ownValue(claims, name));
    const found = text === null ? null : matchFirst(patterns, text);
    if (found === null) return null;
    for (const [key, value] of found) kept.set(key, value);
  }
  return parseBareScope(rule.scope.replaceAll(/\{([a-z][a-z0-9_]*)\}/g, (_, name: string) => kept.get(name) ?? ''));
}

function matchFirst(patterns: readonly string[], text: string): ReadonlyMap<string, string> | null {
  for (const pattern of patterns) {
    const found = matchClaim(pattern, text);
    if (found !== null) return found;
  }
  return null;
}

const longestClaim = 500;

function textOf(claim: unknown): string | null {
  if (typeof claim === 'number' || typeof claim === 'boolean') return String(claim);
  return typeof claim === 'string' && claim.length <= longestClaim ? claim : null;
}

/**
 * Events whose jobs run what the repository itself holds, without a hand of someone who may not write to it. Only
 * these may write a root scope. `pull_request_target`, `workflow_run`, `issue_comment` and their like carry the ref of
 * the default branch while they may handle a fork's code, so they never write anything.
 */
const ownEvents: Readonly<Record<Exclude<Provider, 'other'>, readonly string[]>> = {
  github: ['push', 'schedule', 'workflow_dispatch', 'release', 'create'],
  gitlab: ['push', 'schedule', 'web', 'api', 'trigger', 'pipeline', 'parent_pipeline'],
};

/** Events that run proposed code: they may write what is theirs. A fork's pull request gets no token, or the fork's. */
const proposalEvents: Readonly<Record<Exclude<Provider, 'other'>, readonly string[]>> = {
  github: ['pull_request', 'merge_group'],
  gitlab: ['merge_request_event'],
};

const eventClaims: Readonly<Record<Exclude<Provider, 'other'>, string>> = {
  github: 'event_name',
  gitlab: 'pipeline_source',
};

/** For issuers that are not known the rules alone decide. */
function mayWrite(provider: Provider, claims: Claims, isRoot: boolean): boolean {
  if (provider === 'other') return true;
  const event = textOf(claims[eventClaims[provider]]) ?? '';
  if (ownEvents[provider].includes(event)) return true;
  return !isRoot && proposalEvents[provider].includes(event);
}
