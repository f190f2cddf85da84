import { execFileSync } from 'node:child_process';

/** The user's own settings (signing, hooks, a name that is not set) must not matter to a sample. */
const settings = [
  'user.name=Larder demo',
  'user.email=demo@localhost',
  'commit.gpgSign=false',
  'core.hooksPath=/dev/null',
];

export function initRepository(root: string): void {
  git(root, ['init', '--quiet', '--initial-branch=main']);
}

export function commitAll(root: string, message: string): void {
  git(root, ['add', '--all']);
  git(root, ['commit', '--quiet', '--message', message]);
}

function git(root: string, args: readonly string[]): void {
  // A demo started from a git hook would otherwise commit into that repository.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('GIT_')));
  execFileSync('git', [...settings.flatMap((setting) => ['-c', setting]), ...args], { cwd: root, env });
}
