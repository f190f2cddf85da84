import { isJsonObject } from '@larder/core';

export interface CiBase {
  /** As people call it. */
  readonly provider: string;
  /** A commit, or a branch of `origin`. */
  readonly base: string;
  /** The variable that says so. */
  readonly source: string;
}

export interface CiSurroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The parsed file that GitHub describes the event in; null where there is none. Called at most once. */
  readonly readGithubEvent: (pathAbsolute: string) => unknown;
}

/**
 * What a CI job is to be compared with, by what its provider says: a pull request with the branch that it is meant
 * for, a push to the default branch with what stood there before. A push to another branch has no base of its own: what
 * a failed job left untested must be tested again. Null outside of CI, and where the provider does not say.
 *
 * - GitHub: https://docs.github.com/actions/reference/workflows-and-actions/variables
 * - GitLab: https://docs.gitlab.com/ci/variables/predefined_variables
 * - Azure: https://learn.microsoft.com/azure/devops/pipelines/build/variables
 * - Buildkite: https://buildkite.com/docs/pipelines/configure/environment-variables
 * - CircleCI has no such variable; its `pipeline.git.base_revision` has to be passed on as `LARDER_BASE`.
 */
export function findCiBase(surroundings: CiSurroundings): CiBase | null {
  for (const provider of providers) {
    const found = provider(surroundings);
    if (found !== null) return found;
  }
  return null;
}

const providers: readonly ((surroundings: CiSurroundings) => CiBase | null)[] = [
  findGithubBase,
  findGitlabBase,
  ({ env }) => ofBranch('Azure Pipelines', env, 'SYSTEM_PULLREQUEST_TARGETBRANCH'),
  ({ env }) => ofBranch('Buildkite', env, 'BUILDKITE_PULL_REQUEST_BASE_BRANCH'),
  ({ env }) => ofBranch('Bitbucket', env, 'BITBUCKET_PR_DESTINATION_BRANCH'),
  ({ env }) => ofBranch('Jenkins', env, 'CHANGE_TARGET'),
];

function findGithubBase({ env, readGithubEvent }: CiSurroundings): CiBase | null {
  if (env['GITHUB_ACTIONS'] !== 'true') return null;
  const provider = 'GitHub Actions';
  const ofRequest = ofBranch(provider, env, 'GITHUB_BASE_REF');
  if (ofRequest !== null) return ofRequest;
  const path = env['GITHUB_EVENT_PATH'];
  if (path === undefined || path === '' || env['GITHUB_EVENT_NAME'] !== 'push') return null;
  const event = readGithubEvent(path);
  if (!isJsonObject(event) || !isJsonObject(event['repository'])) return null;
  const branch = event['repository']['default_branch'];
  const isDefault = typeof branch === 'string' && env['GITHUB_REF'] === `refs/heads/${branch}`;
  return isDefault ? ofCommit(provider, event['before'], 'before of the push event') : null;
}

function findGitlabBase({ env }: CiSurroundings): CiBase | null {
  const provider = 'GitLab CI';
  const ofRequest = ofCommit(provider, env['CI_MERGE_REQUEST_DIFF_BASE_SHA'], 'CI_MERGE_REQUEST_DIFF_BASE_SHA');
  if (ofRequest !== null) return ofRequest;
  const isDefault = isSet(env['CI_DEFAULT_BRANCH']) && env['CI_COMMIT_BRANCH'] === env['CI_DEFAULT_BRANCH'];
  return isDefault ? ofCommit(provider, env['CI_COMMIT_BEFORE_SHA'], 'CI_COMMIT_BEFORE_SHA') : null;
}

/** Branches are meant as `origin` has them: a local one of the same name may be years old. */
function ofBranch(provider: string, env: CiSurroundings['env'], source: string): CiBase | null {
  const branch = env[source]?.replace(/^refs\/heads\//, '');
  return isSet(branch) ? { provider, base: `origin/${branch}`, source } : null;
}

/** All zeros stand for a branch that is new. */
function ofCommit(provider: string, commit: unknown, source: string): CiBase | null {
  const isCommit = typeof commit === 'string' && /^[0-9a-f]{40,64}$/.test(commit) && !/^0+$/.test(commit);
  return isCommit ? { provider, base: commit, source } : null;
}

function isSet(value: string | undefined): value is string {
  return value !== undefined && value !== '';
}
