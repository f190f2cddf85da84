import type { Change } from '@larder/core';
import type { Session } from '../session/open-session.ts';

/**
 * Git names a submodule, or a repository in the repository, without looking into it: it stands for all files below it,
 * whichever of them have moved.
 */
export function spreadFolders(
  { workspace: { files } }: Pick<Session, 'workspace'>,
  changes: readonly Change[],
): readonly Change[] {
  const spread: Change[] = [];
  for (const change of changes) {
    spread.push(change);
    if (change.kind === 'deleted' || files.has(change.path)) continue;
    const folder = change.path.endsWith('/') ? change.path : `${change.path}/`;
    for (const path of files.paths) if (path.startsWith(folder)) spread.push({ path, kind: 'modified' });
  }
  return spread;
}
