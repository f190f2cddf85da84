import { execFileSync } from 'node:child_process';

import { addFiles, makeFolder } from './make-folder.ts';

/** An environment in which git is the same on every machine. */
export const gitTestEnv: Readonly<Record<string, string>> = {
  PATH: process.env['PATH'] ?? '',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_AUTHOR_NAME: 'A',
  GIT_AUTHOR_EMAIL: 'a@example.org',
  GIT_COMMITTER_NAME: 'A',
  GIT_COMMITTER_EMAIL: 'a@example.org',
};

export interface TestRepository {
  readonly root: string;
  git(...args: string[]): string;
  /** Writes the files and commits everything; returns the commit. */
  commit(files: Readonly<Record<string, string>>): string;
}

/** A git repository in a temporary folder, on branch `main`, removed after the running test. */
export function makeRepository(files: Readonly<Record<string, string>>): TestRepository {
  const root = makeFolder({});
  const git = (...args: string[]) => execFileSync('git', args, { cwd: root, env: gitTestEnv, encoding: 'utf8' }).trim();
  const commit = (changed: Readonly<Record<string, string>>) => {
    addFiles(root, changed);
    git('add', '-A');
    git('commit', '-q', '--allow-empty', '-m', 'change');
    return git('rev-parse', 'HEAD');
  };
  git('init', '-q', '-b', 'main');
  if (Object.keys(files).length > 0) commit(files);
  return { root, git, commit };
}
