import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { ProblemFacts } from '@larder/core';

/** What git's own words mean, which are English since it is asked in the locale `C`. */
export function judgeGitFailure(directory: string, said: string): ProblemFacts {
  const detail = firstLine(said);
  const isNone = /not a git repository/i.test(said);
  if (isNone && !hasGitEntry(directory)) return { code: 'not-a-git-repository', directory };
  const fault = isNone ? 'damaged' : /dubious ownership/i.test(said) ? 'owner' : isIndex(said) ? 'index' : 'other';
  return { code: 'git-unusable', directory: /repository at '(.+)'/.exec(detail)?.[1] ?? directory, fault, detail };
}

function isIndex(said: string): boolean {
  return /\bindex file (?:corrupt|smaller|open failed)|bad (?:index file )?signature|bad index/i.test(said);
}

function firstLine(said: string): string {
  return (said.split('\n')[0] ?? '').replace(/^(?:fatal|error): /, '');
}

/** Something that git does not take for a repository: a damaged one, or a worktree whose repository is gone. */
function hasGitEntry(directory: string): boolean {
  if (existsSync(join(directory, '.git'))) return true;
  return dirname(directory) !== directory && hasGitEntry(dirname(directory));
}
