import { runGit } from './run-git.ts';
import type { GitContext } from './run-git.ts';

/** Commits that are fetched beyond the end of a shallow clone, step by step: most branches are younger than the first. */
export const deepenSteps: readonly number[] = [50, 200, 1000, 5000];

/** Lengthens the history of a shallow clone. False where `origin` did not give any. */
export async function deepenHistory(rootAbsolute: string, commits: number, git: GitContext): Promise<boolean> {
  const result = await runGit(rootAbsolute, ['fetch', '--quiet', '--no-tags', `--deepen=${commits}`, 'origin'], git);
  return result.kind === 'succeeded';
}

/**
 * Fetches a branch, or a commit where the server allows that, that the clone does not have. A shallow clone stays
 * shallow: the tip alone is fetched, and its history with the next deepening. False where `origin` does not give it.
 */
export async function fetchRef(rootAbsolute: string, ref: string, git: GitContext): Promise<boolean> {
  const name = ref.replace(/^(?:refs\/heads\/|refs\/remotes\/origin\/|origin\/)/, '');
  // A name that is no name of a branch could be read as an option or as another refspec; a commit's is always one.
  if (!/^[\w][\w./#@+-]*$/.test(name) || name.includes('..') || name.includes('@{')) return false;
  const shallow = await runGit(rootAbsolute, ['rev-parse', '--is-shallow-repository'], git);
  const depth = shallow.kind === 'succeeded' && shallow.stdout.trim() === 'true' ? ['--depth=1'] : [];
  const isCommit = /^[0-9a-f]{40,64}$/.test(name);
  const refspec = isCommit ? name : `+refs/heads/${name}:refs/remotes/origin/${name}`;
  const result = await runGit(rootAbsolute, ['fetch', '--quiet', '--no-tags', ...depth, 'origin', refspec], git);
  return result.kind === 'succeeded';
}
