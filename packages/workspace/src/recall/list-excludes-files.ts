import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

import { findRepository } from '../files/find-repository.ts';

type Env = Readonly<Record<string, string | undefined>>;

/**
 * The files outside of the working tree that say which untracked files git ignores, there or not: gitignore(5) and
 * git-config(1). Null where they cannot be told without git: configuration includes other files.
 */
export function listExcludesFiles(rootAbsolute: string, env: Env): readonly string[] | null {
  const home = env['HOME'] ?? '/';
  const user = join(env['XDG_CONFIG_HOME'] || join(home, '.config'), 'git');
  const repository = findRepository(rootAbsolute);
  const own = repository === null ? [] : [join(repository.commonDirectoryAbsolute, 'config')];
  const named = [env['GIT_CONFIG_GLOBAL'], env['GIT_CONFIG_SYSTEM']].filter((path) => path !== undefined);
  const configs = ['/etc/gitconfig', join(user, 'config'), join(home, '.gitconfig'), ...own, ...named];
  const texts = configs.map(readIfThere);
  if (texts.some((text) => /^\s*\[include/im.test(text))) return null;
  const excludes = texts.flatMap((text) => [...text.matchAll(/^\s*excludesfile\s*=\s*(.*?)\s*$/gim)]);
  const paths = excludes.map(([, value = '']) => value.replace(/^"(.*)"$/, '$1').replace(/^~(?=\/)/, home));
  return [...configs, join(user, 'ignore'), ...paths.map((path) => resolve(rootAbsolute, path))];
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
