import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { findRepository } from '../files/find-repository.ts';

/**
 * The files of git (gitrepository-layout(5)) that say which commits some revisions name and what is staged; there or
 * not. Null where the answer takes git itself: outside of a repository, with refs in tables, or for revisions by time.
 */
export function listRefFiles(rootAbsolute: string, revisions: readonly string[]): readonly string[] | null {
  const repository = findRepository(rootAbsolute);
  if (repository === null || revisions.some((revision) => revision.includes('@{'))) return null;
  const { gitDirectoryAbsolute: own, commonDirectoryAbsolute: common } = repository;
  if (existsSync(join(common, 'reftable'))) return null;
  const names = revisions.map((revision) => revision.split(/[~^:]/, 1)[0] ?? '');
  const branch = /^ref: (refs\/.+)$/m.exec(readHead(own))?.[1];
  const refs = names.flatMap((name) => lookupOrder.map((prefix) => `${prefix}${name}`));
  return [
    join(own, 'HEAD'),
    join(own, 'index'),
    join(common, 'packed-refs'),
    join(common, 'shallow'),
    ...(branch === undefined ? [] : [join(common, branch)]),
    ...refs.map((ref) => join(common, ref)),
    ...names.map((name) => join(own, name)),
    ...names.map((name) => join(common, 'refs/remotes', name, 'HEAD')),
  ];
}

/** Where git looks for a name, gitrevisions(7), and where Larder does after it. */
const lookupOrder = ['', 'refs/', 'refs/tags/', 'refs/heads/', 'refs/remotes/', 'refs/remotes/origin/'];

function readHead(gitDirectory: string): string {
  try {
    return readFileSync(join(gitDirectory, 'HEAD'), 'utf8');
  } catch {
    return '';
  }
}
