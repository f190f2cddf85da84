import { quoteShellArgument, type ProblemFacts } from '@larder/core';
import type { ProblemText } from './describe-problem.ts';

type Facts<Code extends ProblemFacts['code']> = Extract<ProblemFacts, { readonly code: Code }>;

const otherwise = 'give --files instead, or use `larder run-many`.';

/** The prose of a git, or of a repository, that nothing can be asked of. */
export function describeGitFault({ directory, fault, detail }: Facts<'git-unusable'>): ProblemText {
  const message = `git cannot use the repository ${directory}: ${detail}`;
  switch (fault) {
    case 'missing':
      return { message: `git cannot be started: ${detail}`, hint: `Install git; without it, ${otherwise}` };
    case 'owner': {
      const command = `git config --global --add safe.directory ${quoteShellArgument(directory, process.platform)}`;
      return { message, hint: `Give the folder to this user, or trust it: \`${command}\`.` };
    }
    case 'index':
      return {
        message,
        hint: 'Remove the index, and let git make it anew: `rm "$(git rev-parse --git-path index)" && git reset`.',
      };
    case 'damaged':
      return {
        message,
        hint: `If its repository was moved, run \`git worktree repair\` there; else clone it anew. Meanwhile ${otherwise}`,
      };
    case 'other':
      return { message, hint: `See what \`git status\` says there. Meanwhile ${otherwise}` };
  }
}

/** The prose of what was given as a base or head and is no commit that the clone has. */
export function describeUnknownRef({ ref, shallow, found }: Facts<'unknown-git-ref'>): ProblemText {
  if (found !== null) {
    return { message: `'${ref}' is ${found}, and no commit`, hint: `${giveCommit} Files are given with --files.` };
  }
  const message = `git does not know '${ref}'`;
  const command = fetchCommand(ref, shallow);
  if (command === null) return { message, hint: shallow && /[~^]/.test(ref) ? deepen : giveCommit };
  if (!shallow) return { message, hint: `Fetch it (\`${command}\`), or name another.` };
  return {
    message,
    hint: `The clone is shallow. Fetch it with its history: \`${command}\`, or \`fetch-depth: 0\` in CI.`,
  };
}

export const deepen = 'The clone is shallow. Fetch the history: `git fetch --unshallow`, or `fetch-depth: 0` in CI.';
const giveCommit = 'Give a commit, a branch or a tag; the ends of a range go into --base and --head.';

/** Also in the clone of a single branch, which would fetch no other by its name alone. Null: nothing can have that name. */
function fetchCommand(ref: string, shallow: boolean): string | null {
  const name = ref.replace(/^(?:refs\/heads\/|refs\/remotes\/origin\/|origin\/)/, '');
  if (!/^[\w][\w./#@+-]*$/.test(name) || name.includes('..')) return null;
  const isCommit = /^[0-9a-f]{40,64}$/.test(name);
  const refspec = isCommit ? name : `${name}:refs/remotes/origin/${name}`;
  return `git fetch ${shallow ? '--unshallow ' : ''}origin ${refspec}`;
}
