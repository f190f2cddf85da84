import { describe, expect, test } from 'vitest';
import { judgeClaims, type Claims } from './judge-claims.ts';
import { parseOidcRules, type OidcIssuer } from './oidc-rules.ts';

function issuerOf(rules: unknown, provider = 'github'): OidcIssuer {
  const [issuers, problems] = parseOidcRules(
    JSON.stringify({ issuers: [{ provider, audience: 'a', rules }] }),
    'rules.json',
  );
  if (issuers?.[0] === undefined) throw new Error(JSON.stringify(problems));
  return issuers[0];
}

const github = issuerOf([
  { claims: { repository: 'acme/web', ref: 'refs/heads/main' }, scope: 'main', access: 'write', tenant: 'acme' },
  {
    claims: { repository: 'acme/web', ref: 'refs/pull/{number}/merge' },
    scope: 'pr/{number}',
    access: 'write',
    tenant: 'acme',
  },
  { claims: { repository: 'acme/*' }, scope: 'main', access: 'read', tenant: 'acme' },
]);

const push: Claims = { repository: 'acme/web', ref: 'refs/heads/main', event_name: 'push' };

describe('GitHub', () => {
  test('a push to main writes main of its tenant', () => {
    expect(judgeClaims(github, push)).toEqual({ scope: 'acme@main', access: 'write' });
  });

  test('a pull request writes what is its own', () => {
    const claims = { ...push, ref: 'refs/pull/42/merge', event_name: 'pull_request' };
    expect(judgeClaims(github, claims)).toEqual({ scope: 'acme@pr/42', access: 'write' });
  });

  test.each([
    'pull_request',
    'pull_request_target',
    'workflow_run',
    'issue_comment',
    'merge_group',
    'repository_dispatch',
    'PUSH',
    undefined,
  ])('the event %s on the ref of main only reads, since it may run code of others', (event_name) => {
    expect(judgeClaims(github, { ...push, event_name })).toEqual({ scope: 'acme@main', access: 'read' });
  });

  test.each(['pull_request_target', 'workflow_run', 'issue_comment'])(
    '%s does not even write a pull request',
    (event_name) => {
      const claims = { ...push, ref: 'refs/pull/42/merge', event_name };
      expect(judgeClaims(github, claims)).toEqual({ scope: 'acme@pr/42', access: 'read' });
    },
  );

  test.each([
    ['another repository', { repository: 'evil/web' }],
    ['a repository whose name only starts like it', { repository: 'acme/web/../evil' }],
    ['a repository in other letters', { repository: 'ACME/web' }],
    ['an array that holds the repository', { repository: ['acme/web'] }],
    ['no repository', { repository: undefined }],
  ])('%s has no rule', (_, claims) => expect(judgeClaims(github, { ...push, ...claims })).toBeNull());

  test.each([
    'refs/pull/../merge',
    'refs/pull/42/x/merge',
    'refs/pull/42@main/merge',
    'refs/pull//merge',
    'refs/pull/42/merge\n',
  ])('the ref %j keeps nothing that a scope could be made of', (ref) =>
    expect(judgeClaims(github, { ...push, ref, event_name: 'pull_request' })).toEqual({
      scope: 'acme@main',
      access: 'read',
    }),
  );
});

test('GitLab: only pipelines of the project itself write main', () => {
  const gitlab = issuerOf(
    [
      { claims: { project_path: 'acme/web', ref_protected: 'true', ref: 'main' }, scope: 'main', access: 'write' },
      { claims: { project_path: 'acme/web', ref: '{branch}' }, scope: 'branch/{branch}', access: 'write' },
    ],
    'gitlab',
  );
  const claims = { project_path: 'acme/web', ref: 'main', ref_protected: 'true', pipeline_source: 'push' };
  expect(judgeClaims(gitlab, claims)).toEqual({ scope: 'main', access: 'write' });
  expect(judgeClaims(gitlab, { ...claims, pipeline_source: 'merge_request_event' })).toEqual({
    scope: 'main',
    access: 'read',
  });
  expect(judgeClaims(gitlab, { ...claims, ref: 'topic', pipeline_source: 'merge_request_event' })).toEqual({
    scope: 'branch/topic',
    access: 'write',
  });
  expect(judgeClaims(gitlab, { ...claims, project_path: 'fork/web' })).toBeNull();
});

describe('a rules file', () => {
  const rule = { claims: { repository: 'a/b' }, scope: 'main', access: 'read' };
  const file = (issuer: object): string =>
    JSON.stringify({ issuers: [{ provider: 'github', audience: 'x', rules: [rule], ...issuer }] }, null, 2);

  test.each([
    ['names no repository', file({ rules: [{ ...rule, claims: { ref: 'refs/heads/main' } }] }), 'repository'],
    ['takes every repository', file({ rules: [{ ...rule, claims: { repository: '*/web' } }] }), 'leading wildcard'],
    ['reaches into a tenant by the scope', file({ rules: [{ ...rule, scope: 'acme@main' }] }), 'scope'],
    ['makes a scope of what nothing keeps', file({ rules: [{ ...rule, scope: 'pr/{number}' }] }), 'patterns keep'],
    ['puts wildcards side by side', file({ rules: [{ ...rule, claims: { repository: 'a/**' } }] }), 'kept apart'],
    ['has keys in the clear', file({ jwksUri: 'http://example.com/keys' }), 'https'],
    ['has a typing error', file({ audiense: 'x' }), 'audiense'],
  ])('that %s is refused', (_, text, hint) => {
    const [issuers, problems] = parseOidcRules(text, 'rules.json');
    expect(issuers).toBeNull();
    expect(JSON.stringify(problems)).toContain(hint);
    expect(problems[0]?.location?.file).toBe('rules.json');
  });

  test('tells all problems at once', () => {
    const [, problems] = parseOidcRules(file({ provider: 'x', audience: 7, rules: [] }), 'rules.json');
    expect(problems.length).toBeGreaterThanOrEqual(3);
  });
});

test.each(['constructor', '__proto__', 'prototype', 'toString'])('a claim named %s counts as any other', (name) => {
  const claims = JSON.parse(`{ "repository": "acme/web", "${name}": "wanted" }`) as unknown;
  const issuer = issuerOf([{ claims, scope: 'main', access: 'read', tenant: 'acme' }]);
  expect(judgeClaims(issuer, push)).toBeNull();
  expect(judgeClaims(issuer, Object.fromEntries([...Object.entries(push), [name, 'wanted']]))).not.toBeNull();
});
