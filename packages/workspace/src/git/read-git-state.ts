import { runGit } from './run-git.ts';
import type { GitContext } from './run-git.ts';

export type GitState =
  | {
      readonly kind: 'repository';
      /** The commit that is checked out; null where there is none yet. */
      readonly head: string | null;
      /** Null where no branch is checked out, as in most CI jobs. */
      readonly branch: string | null;
      /** Whether tracked files differ from the head. Untracked files do not count: finding them costs a walk. */
      readonly dirty: boolean;
    }
  /** No repository, or no git. */
  | { readonly kind: 'none' };

/** What a run record says of the repository, in one call of git. */
export async function readGitState(rootAbsolute: string, context: GitContext): Promise<GitState> {
  const format = ['--porcelain=v2', '--branch', '--no-ahead-behind', '--untracked-files=no', '-z'];
  const result = await runGit(rootAbsolute, ['status', ...format], context);
  if (result.kind !== 'succeeded') return { kind: 'none' };
  const lines = result.stdout.split('\0');
  const head = findHeader(lines, '# branch.oid ');
  const branch = findHeader(lines, '# branch.head ');
  return {
    kind: 'repository',
    head: head === '(initial)' ? null : head,
    branch: branch === '(detached)' ? null : branch,
    dirty: lines.some((line) => line !== '' && !line.startsWith('#')),
  };
}

function findHeader(lines: readonly string[], prefix: string): string | null {
  return lines.find((line) => line.startsWith(prefix))?.slice(prefix.length) ?? null;
}
