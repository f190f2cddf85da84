import { cleanTerminalText, describeProblem } from '@larder/report';
import { findCiBase, judgeGitFailure } from '@larder/workspace';
import { fail, ok, warn, type Check, type DoctorContext, type Finding } from './check.ts';
import { runProgram } from './run-program.ts';

type Git = (...args: string[]) => Promise<string | null>;

/** Presence, depth, and whether `affected` finds what it compares with. */
export const checkGit: Check = {
  id: 'git',
  run: async (context, signal) => {
    const options = { cwd: context.rootAbsolute, env: context.terminal.env, signal };
    const version = await runProgram(['git', '--version'], options);
    if (version.kind === 'missing')
      return [fail('git', 'git is not installed', 'Install git: affected and ignore rules need it.')];
    const git: Git = async (...args) => {
      const result = await runProgram(['git', ...args], options);
      return result.kind === 'ended' && result.exitCode === 0 ? result.stdout : null;
    };
    const asked = await runProgram(['git', 'rev-parse', '--is-shallow-repository'], options);
    if (asked.kind === 'missing' || asked.exitCode !== 0)
      return [judgeRefusal(context.rootAbsolute, asked.kind === 'missing' ? '' : asked.stderr)];
    return [
      judgeDepth(context, version.kind === 'ended' ? version.stdout : 'git', asked.stdout === 'true'),
      await judgeBase(context, git),
    ];
  },
};

function judgeRefusal(rootAbsolute: string, said: string): Finding {
  const facts = judgeGitFailure(rootAbsolute, cleanTerminalText(said, false));
  if (facts.code === 'not-a-git-repository') {
    const advice = 'Run git init: without one, affected has nothing to compare with.';
    return warn('git', 'this is no git repository', advice);
  }
  const { message, hint } = describeProblem({ ...facts, severity: 'error' });
  return fail('git', message, hint ?? '');
}

function judgeDepth({ terminal }: DoctorContext, version: string, isShallow: boolean): Finding {
  if (!isShallow) return ok('git', version.replace(/^git version/, 'git'));
  const advice = 'Run git fetch --unshallow; in GitHub Actions, give actions/checkout "fetch-depth: 0".';
  const effect = terminal.isCi ? 'fetches what it lacks each time' : 'does not find what lies further back';
  return warn('git', `the clone is shallow: affected ${effect}`, advice);
}

async function judgeBase({ terminal, config }: DoctorContext, git: Git): Promise<Finding> {
  const ofCi = findCiBase({ env: terminal.env, readGithubEvent: () => null });
  const base = ofCi?.base ?? config.defaultBase;
  const isCommit = async (ref: string) => (await git('rev-parse', '--verify', '--quiet', `${ref}^{commit}`)) !== null;
  if (!(await isCommit('HEAD'))) return ok('git-base', 'nothing is committed yet');
  const found = (await isCommit(base)) ? base : (await isCommit(`origin/${base}`)) ? `origin/${base}` : null;
  if (found === null) {
    const name = base.replace(/^origin\//, '');
    const advice = `Run git fetch origin ${name}:refs/remotes/origin/${name}, or set "defaultBase" to the branch that changes are meant for.`;
    return warn('git-base', `affected compares with ${base}, which this clone does not have`, advice);
  }
  if ((await git('merge-base', found, 'HEAD')) === null) {
    const advice = 'Fetch more of the history: git fetch --unshallow.';
    return warn('git-base', `${found} and HEAD have no commit in common here`, advice);
  }
  return ok('git-base', `affected compares with ${found}`);
}
