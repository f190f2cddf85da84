import { join } from 'node:path';

import { expect, test } from 'vitest';

import { findWorkspaceRoot } from './find-workspace-root.ts';
import { makeFolder } from './testing/make-folder.ts';

test.each(['nx.json', 'larder.json', 'turbo.json', 'pnpm-workspace.yaml'])('%s marks the root', (marker) => {
  const root = makeFolder({ [marker]: '{}', 'package.json': '{}', 'packages/a/package.json': '{}', '.git/HEAD': '' });
  expect(findWorkspaceRoot(join(root, 'packages/a'))).toEqual({ kind: 'found', rootAbsolute: root });
});

test('a package.json with workspaces marks the root', () => {
  const root = makeFolder({ 'package.json': '{"workspaces":["packages/*"]}', 'packages/a/package.json': '{}' });
  expect(findWorkspaceRoot(join(root, 'packages/a'))).toEqual({ kind: 'found', rootAbsolute: root });
});

test('the nearest workspace wins over one around it', () => {
  const root = makeFolder({ 'nx.json': '{}', 'examples/x/nx.json': '{}', 'examples/x/packages/a/package.json': '{}' });
  expect(findWorkspaceRoot(join(root, 'examples/x/packages/a'))).toEqual({
    kind: 'found',
    rootAbsolute: join(root, 'examples/x'),
  });
});

test("a package's own turbo.json, which extends the root's, is not a root", () => {
  const root = makeFolder({ 'turbo.json': '{}', 'packages/a/turbo.json': '{ "extends": ["//"], "tasks": {} }' });
  expect(findWorkspaceRoot(join(root, 'packages/a'))).toEqual({ kind: 'found', rootAbsolute: root });
});

test('a lone package is its own workspace, from any folder inside', () => {
  const root = makeFolder({ '.git/HEAD': '', 'package.json': '{}', 'src/deep/a.ts': '' });
  expect(findWorkspaceRoot(join(root, 'src/deep'))).toEqual({ kind: 'found', rootAbsolute: root });
});

test('a package below a repository without a manifest is found, and nothing above the repository', () => {
  const outer = makeFolder({ 'package.json': '{}', 'repo/.git/HEAD': '', 'repo/pkg/package.json': '{}' });
  expect(findWorkspaceRoot(join(outer, 'repo/pkg'))).toEqual({ kind: 'found', rootAbsolute: join(outer, 'repo/pkg') });
  expect(findWorkspaceRoot(join(outer, 'repo'))).toEqual({ kind: 'none' });
});

test('of the packages around a folder the topmost counts inside a repository, the nearest outside of one', () => {
  const inside = makeFolder({ '.git/HEAD': '', 'package.json': '{}', 'a/b/package.json': '{}' });
  expect(findWorkspaceRoot(join(inside, 'a/b'))).toEqual({ kind: 'found', rootAbsolute: inside });
  const outside = makeFolder({ 'package.json': '{}', 'a/b/package.json': '{}', 'a/b/src/x.ts': '' });
  expect(findWorkspaceRoot(join(outside, 'a/b/src'))).toEqual({ kind: 'found', rootAbsolute: join(outside, 'a/b') });
});

test('a malformed root manifest still marks the root', () => {
  const root = makeFolder({ 'package.json': '{"workspaces": ["packages/*",}', 'packages/a/package.json': '{}' });
  expect(findWorkspaceRoot(join(root, 'packages/a'))).toEqual({ kind: 'found', rootAbsolute: root });
});
