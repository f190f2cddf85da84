import type { GraphContext } from '@larder/core';
import { expect, test } from 'vitest';

import { openMemberFolders } from './open-member-folders.ts';
import { makeFolder } from './testing/make-folder.ts';
import { makeGraphContext } from './testing/make-graph-context.ts';
import { workspacePlugin } from './workspace-plugin.ts';

const log = (): void => {};

const folders = [
  'apps/a',
  'apps/a/src',
  'apps/(b)',
  'apps/.hidden',
  'libs/one/deep',
  'libs/one',
  'libs/two/test/x',
  'x',
];

const places = Object.fromEntries([
  ...folders.map((folder) => [`${folder}/package.json`, JSON.stringify({ name: folder })]),
  ...['apps/a/src', 'libs/go', 'apps/ignored'].map((folder) => [`${folder}/project.json`, '{}']),
  ['libs/one/src/index.ts', ''],
  ['.gitignore', 'ignored\n'],
  ['.git/HEAD', 'ref: refs/heads/main\n'],
]);

async function rootsIn(context: GraphContext): Promise<readonly string[]> {
  const created = workspacePlugin.create({});
  if (created.kind === 'invalid' || created.parts.graph === undefined) throw new Error('no graph');
  return (await created.parts.graph.contribute(context)).projects.map(({ root }) => root);
}

test.each([
  [['apps/*']],
  [['./apps/*/', 'libs/one']],
  [['apps/a', 'nowhere']],
  [['libs/**']],
  [['**']],
  [['*']],
  [['.']],
  [['{apps,libs}/*']],
  [['{apps/a,libs/o*}', 'x']],
  [['libs/*/deep']],
  [['apps/(a|b)', 'apps/\\(b\\)']],
  [['@(apps|libs)/*', '!libs/go']],
  [['!libs/**']],
  [['?pps/*', 'lib[rs]/*']],
  [['apps/.*', 'apps/*/package.json']],
  [['libs/*/../*']],
])('members of %j are found without looking at other folders', async (workspaces) => {
  const context = makeGraphContext({ ...places, 'package.json': JSON.stringify({ name: 'repo', workspaces }) });
  const members = await openMemberFolders(context.workspaceRootAbsolute, log);
  expect(members?.problems).toEqual([]);
  const found = await rootsIn({ ...context, files: members!.files, onlyProjects: true });
  expect(found).toEqual(await rootsIn(context));
});

test('only folders in which a member can be are listed, and what lies in the root', async () => {
  const root = makeFolder({ ...places, 'package.json': '{ "workspaces": ["libs/*"] }', 'turbo.json': '{}' });
  const members = await openMemberFolders(root, log);
  expect(members?.files.paths).toEqual([
    '.gitignore',
    'libs/go/project.json',
    'libs/one/package.json',
    'package.json',
    'turbo.json',
  ]);
});

test('the folders of pnpm-workspace.yaml count as well', async () => {
  const root = makeFolder({ ...places, 'pnpm-workspace.yaml': 'packages: [apps/*]\n' });
  const members = await openMemberFolders(root, log);
  expect(members?.files.paths.filter((path) => path.endsWith('/package.json'))).toEqual([
    'apps/(b)/package.json',
    'apps/.hidden/package.json',
    'apps/a/package.json',
  ]);
});

test('projects can be anywhere with an nx.json, and where no workspaces are declared', async () => {
  const manifest = { 'package.json': '{ "workspaces": ["libs/*"] }' };
  expect(await openMemberFolders(makeFolder({ ...places, ...manifest, 'nx.json': '{}' }), log)).toBeNull();
  expect(await openMemberFolders(makeFolder({ ...places, 'package.json': '{}' }), log)).toBeNull();
  expect(await openMemberFolders(makeFolder(places), log)).toBeNull();
  expect(await openMemberFolders(makeFolder({ ...places, 'package.json': '{ "workspaces": [' }), log)).toBeNull();
});
