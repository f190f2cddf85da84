import { expect, test } from 'vitest';

import { findCiBase } from './find-ci-base.ts';

type Env = Readonly<Record<string, string>>;

const sha = '0123456789abcdef0123456789abcdef01234567';
const zeros = '0'.repeat(40);

function baseOf(env: Env, event: unknown = null): string | null {
  return findCiBase({ env, readGithubEvent: () => event })?.base ?? null;
}

const github = { GITHUB_ACTIONS: 'true', GITHUB_EVENT_PATH: '/event.json' };
const push = { ...github, GITHUB_EVENT_NAME: 'push', GITHUB_REF: 'refs/heads/main' };
const onMain = { before: sha, repository: { default_branch: 'main' } };

test.each<[string, Env, string]>([
  ['GitHub', { ...github, GITHUB_EVENT_NAME: 'pull_request', GITHUB_BASE_REF: 'release/1' }, 'origin/release/1'],
  ['GitLab', { GITLAB_CI: 'true', CI_MERGE_REQUEST_DIFF_BASE_SHA: sha }, sha],
  ['Azure', { TF_BUILD: 'True', SYSTEM_PULLREQUEST_TARGETBRANCH: 'refs/heads/main' }, 'origin/main'],
  ['Buildkite', { BUILDKITE: 'true', BUILDKITE_PULL_REQUEST_BASE_BRANCH: 'main' }, 'origin/main'],
  ['Bitbucket', { BITBUCKET_PR_DESTINATION_BRANCH: 'main' }, 'origin/main'],
  ['Jenkins', { CHANGE_TARGET: 'main' }, 'origin/main'],
])('a request of %s is compared with the branch that it is meant for', (_provider, env, base) => {
  expect(baseOf(env)).toBe(base);
});

test('a push to the default branch is compared with what stood there before', () => {
  expect(baseOf(push, onMain)).toBe(sha);
  expect(baseOf({ CI_DEFAULT_BRANCH: 'main', CI_COMMIT_BRANCH: 'main', CI_COMMIT_BEFORE_SHA: sha })).toBe(sha);
});

test('a push to another branch has no base of its own', () => {
  expect(baseOf({ ...push, GITHUB_REF: 'refs/heads/topic' }, onMain)).toBe(null);
  expect(baseOf({ CI_DEFAULT_BRANCH: 'main', CI_COMMIT_BRANCH: 'topic', CI_COMMIT_BEFORE_SHA: sha })).toBe(null);
});

test('the zeros of a new branch, and whatever is no commit, are no base', () => {
  expect(baseOf(push, { ...onMain, before: zeros })).toBe(null);
  expect(baseOf(push, { ...onMain, before: '--upload-pack=x' })).toBe(null);
  expect(baseOf(push, 'not an event')).toBe(null);
  expect(baseOf({ CI_DEFAULT_BRANCH: 'main', CI_COMMIT_BRANCH: 'main', CI_COMMIT_BEFORE_SHA: zeros })).toBe(null);
});

test('what is set to nothing is not set, and outside of CI there is no base', () => {
  expect(baseOf({ BUILDKITE_PULL_REQUEST_BASE_BRANCH: '' })).toBe(null);
  expect(baseOf({})).toBe(null);
});
