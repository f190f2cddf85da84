import { execFileSync } from 'node:child_process';

export function commitAll(root: string, message: string): void {
  git(root, 'add', '--all');
  git(root, 'commit', '--quiet', `--message=${message}`);
}

export function git(root: string, ...args: readonly string[]): void {
  execFileSync('git', ['-C', root, ...args], { env: gitEnvironment(), stdio: ['ignore', 'ignore', 'inherit'] });
}

/** The same commits on every machine, whatever its settings. */
function gitEnvironment(): NodeJS.ProcessEnv {
  const who = { NAME: 'Bench', EMAIL: 'bench@example.com', DATE: '2026-01-01T00:00:00Z' };
  const identity = ['AUTHOR', 'COMMITTER'].flatMap((role) =>
    Object.entries(who).map(([what, value]) => [`GIT_${role}_${what}`, value]),
  );
  return { ...process.env, ...Object.fromEntries(identity), GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' };
}
