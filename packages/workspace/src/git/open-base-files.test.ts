import { readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';

import { asWorkspacePath } from '@larder/core';
import { expect, test } from 'vitest';

import { digest } from '../digest.ts';
import { readWorkspace } from '../read-workspace.ts';
import { addFiles } from '../testing/make-folder.ts';
import { gitTestEnv, makeRepository } from '../testing/make-repository.ts';
import { openBaseFiles } from './open-base-files.ts';
import type { BaseFiles } from './open-base-files.ts';
import { readChangedFiles } from './read-changed-files.ts';

async function openBase(root: string, commit: string): Promise<BaseFiles | null> {
  const git = { env: gitTestEnv, signal: new AbortController().signal, mayFetch: false };
  const read = await readChangedFiles(root, { kind: 'since', ref: commit }, git);
  if (read.kind === 'problem') throw new Error(read.problem.code);
  const { files } = readWorkspace(root, { stateDirectoryAbsolute: join(root, '.git/state'), log: () => {} });
  const readText = (path: string) => readFileSync(join(root, path), 'utf8');
  const isRead = (path: string) => path.endsWith('.json');
  return openBaseFiles(root, { commit, changes: read.changes, isRead, head: { files, readText }, git });
}

const at = asWorkspacePath;

test('files are those of the commit, with their texts where these are asked for', async () => {
  const { root, commit } = makeRepository({});
  const base = commit({ 'a.json': '1', 'gone.json': 'g', 'same.json': 's', 'src/x.ts': 'x' });
  addFiles(root, { 'a.json': '2', 'new.json': 'n', 'src/x.ts': 'y' });
  await rm(join(root, 'gone.json'));
  const opened = await openBase(root, base);
  expect(opened?.files.paths).toEqual(['a.json', 'gone.json', 'same.json', 'src/x.ts']);
  expect(opened?.readText(at('a.json'))).toBe('1');
  expect(opened?.readText(at('gone.json'))).toBe('g');
  expect(opened?.readText(at('same.json'))).toBe('s');
  expect(opened?.readText(at('new.json'))).toBe(null);
  expect(opened?.files.has(at('new.json'))).toBe(false);
  expect(opened?.files.factsOf(at('a.json'))?.digest).toBe(digest('1'));
  expect(opened?.files.under(at('src'))).toEqual(['src/x.ts']);
});

test('a workspace below the root of its repository is read at its own place', async () => {
  const { root, commit } = makeRepository({});
  const base = commit({ 'a.json': 'outer', 'below/a.json': 'inner' });
  addFiles(root, { 'below/a.json': 'changed' });
  expect((await openBase(join(root, 'below'), base))?.readText(at('a.json'))).toBe('inner');
});

test('a commit that does not hold what it should is of no use', async () => {
  const { root, commit } = makeRepository({});
  commit({ 'a.json': '1' });
  const git = { env: gitTestEnv, signal: new AbortController().signal };
  const { files } = readWorkspace(root, { stateDirectoryAbsolute: join(root, '.git/state'), log: () => {} });
  const changes = [{ path: at('never.json'), kind: 'modified' as const }];
  const head = { files, readText: () => null };
  expect(await openBaseFiles(root, { commit: 'HEAD', changes, isRead: () => true, head, git })).toBe(null);
});
