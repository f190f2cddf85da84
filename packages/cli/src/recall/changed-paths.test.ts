import { asWorkspacePath, indexOutputs } from '@larder/core';
import { drawTaskGraph } from '@larder/core/fixtures';
import { PathList, ProofKind } from '@larder/workspace';
import { expect, test } from 'vitest';
import type { Session } from '../session/open-session.ts';
import { createPathResolver } from './changed-paths.ts';

const known = ['a', 'a/x', 'a/package.json'].map(asWorkspacePath);

/** What a broken row says of paths, where these files are listed now, of which all but those in `known` are new. */
function changedBy(
  row: { readonly path: string; readonly kind: ProofKind; readonly mode: number },
  files: readonly string[],
) {
  const under = (folder: string): readonly string[] => files.filter((path) => path.startsWith(`${folder}/`));
  const workspace = { folders: ['', 'a'], files: { has: (path: string) => files.includes(path), under } };
  const session = { rootAbsolute: '/not there', graphFiles: ['**/package.json'], workspace } as unknown as Session;
  const outputs = indexOutputs(drawTaskGraph(''));
  const memo = { cacheDirectoryAbsolute: '/not there/.larder/cache' };
  return createPathResolver(session, { outputs, memo, known: PathList.of(known) })([row]);
}

const folder = { path: 'a', mode: 0o040755 };
const file = { path: 'a/x', mode: 0o100644 };

test('a folder that changed since says which names came; one that changed while it was read stands for all below it', () => {
  const files = [...known.slice(1), 'a/new'];
  expect(changedBy({ ...folder, kind: ProofKind.same }, files)).toEqual(['a/new']);
  expect(changedBy({ ...folder, kind: ProofKind.doubtful }, files)).toEqual(['a/new', 'a']);
  expect(changedBy({ ...folder, kind: ProofKind.doubtful }, known.slice(1))).toEqual(['a']);
});

test('a file in doubt is one that changed, also where it is gone', () => {
  expect(changedBy({ ...file, kind: ProofKind.doubtful }, known.slice(1))).toEqual(['a/x']);
  expect(changedBy({ ...file, mode: 0, kind: ProofKind.doubtful }, ['a/package.json'])).toEqual(['a/x']);
});

test('what says which projects there are may change anything, in doubt or not', () => {
  const manifest = { ...file, path: 'a/package.json', kind: ProofKind.doubtful };
  expect(changedBy(manifest, known.slice(1))).toBeNull();
  expect(changedBy({ ...folder, kind: ProofKind.doubtful }, [...known.slice(1), 'a/b/package.json'])).toBeNull();
});
