import { expect, test } from 'vitest';
import { hashWorld, inputsOf, prepareWorld, type World } from '../fixtures/hash-world.ts';
import { testDigest } from '../fixtures/memory-files.ts';
import type { TaskId } from '../ids.ts';
import { compareSnapshots, type InputChange, type Snapshot } from './compare-snapshots.ts';
import { createSeal, LiveNodes, sealEntries } from './input-snapshot.ts';

const web = 'web:build' as TaskId;
const seal = createSeal('salt', testDigest);

function snapshotOf(world: World): Snapshot {
  const { inputs, memory } = prepareWorld(world);
  const nodes = new LiveNodes({ memory, seal });
  nodes.add(inputs.get(web)!);
  return { entries: sealEntries(hashWorld(world).details.get(web)!, seal), find: nodes.find };
}

function changesBetween(before: World, after: World): readonly InputChange[] {
  return compareSnapshots(snapshotOf(before), snapshotOf(after));
}

const world: World = {
  projects: 'web -> ui\nui -> util',
  tasks: 'web:build',
  taskOverrides: {
    'web:build': { definition: { inputs: inputsOf('default', '^default', { kind: 'env', name: 'MODE' }) } },
  },
  files: { 'packages/web/a': '1', 'packages/web/b': '1', 'packages/ui/c': '1', 'packages/util/d': '1' },
  env: { MODE: 'dev' },
};

test('equal worlds differ in nothing', () => {
  expect(changesBetween(world, world)).toEqual([]);
});

test('files are named one by one, own ones and those of projects further down', () => {
  const files = { 'packages/web/a': '2', 'packages/ui/c': '1', 'packages/util/d': '2', 'packages/util/e': '1' };
  expect(changesBetween(world, { ...world, files })).toEqual([
    { kind: 'file', path: 'packages/util/d', change: 'modified' },
    { kind: 'file', path: 'packages/util/e', change: 'added' },
    { kind: 'file', path: 'packages/web/a', change: 'modified' },
    { kind: 'file', path: 'packages/web/b', change: 'deleted' },
  ]);
});

test('a file that became executable, or a link, is another one', () => {
  const files = { ...world.files, 'packages/web/a': { executable: '1' } };
  expect(changesBetween(world, { ...world, files })).toMatchObject([{ path: 'packages/web/a', change: 'modified' }]);
});

test('variables and options are named, and their values are kept nowhere', () => {
  const changed = { ...world.taskOverrides!['web:build']!, options: { minify: true } };
  const after = {
    ...world,
    env: { MODE: 'a secret' },
    taskOverrides: { 'web:build': changed },
  };
  expect(changesBetween(world, after)).toEqual([
    { kind: 'value', of: 'env', name: 'MODE', change: 'modified' },
    { kind: 'value', of: 'options', name: 'minify', change: 'added' },
  ]);
  expect(JSON.stringify(snapshotOf(after).entries)).not.toContain('secret');
  expect(JSON.stringify(snapshotOf(after).entries)).not.toContain(testDigest('a secret'));
});

test('a set whose list was not kept is named as a whole', () => {
  const before = { ...snapshotOf(world), find: () => null };
  const after = snapshotOf({ ...world, files: { ...world.files, 'packages/web/a': '2' } });
  expect(compareSnapshots(before, after)).toMatchObject([{ kind: 'value', of: 'files', change: 'modified' }]);
});

test('projects that use each other are compared as well', () => {
  const circle = { ...world, projects: 'web -> ui\nui -> util\nutil -> ui' };
  const files = { ...world.files, 'packages/util/d': '2' };
  expect(changesBetween(circle, { ...circle, files })).toEqual([
    { kind: 'file', path: 'packages/util/d', change: 'modified' },
  ]);
});
