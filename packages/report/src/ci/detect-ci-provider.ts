/** CI systems whose logs know groups, annotations or messages of their own. */
export type CiProvider = 'github' | 'gitlab' | 'azure' | 'buildkite' | 'teamcity';

/**
 * From the variables that each system documents as set in every job. Null elsewhere: then the log is plain
 * text, which is right everywhere.
 */
export function detectCiProvider(env: Readonly<Record<string, string | undefined>>): CiProvider | null {
  if (env['GITHUB_ACTIONS'] === 'true') return 'github';
  if (env['GITLAB_CI'] === 'true') return 'gitlab';
  if (env['TF_BUILD'] === 'True' || env['TF_BUILD'] === 'true') return 'azure';
  if (env['BUILDKITE'] === 'true') return 'buildkite';
  if (env['TEAMCITY_VERSION'] !== undefined) return 'teamcity';
  return null;
}
