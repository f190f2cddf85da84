import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { buildProjectGraph, listExternals } from '@larder/core';
import type { ExternalPackage, ProjectGraph } from '@larder/core';
import { describe, expect, test } from 'vitest';

import { makeGraphContext } from '../testing/make-graph-context.ts';
import { workspacePlugin } from '../workspace-plugin.ts';

/*
 * The lockfiles under `fixtures` were written by npm 11, pnpm 10, yarn 1, yarn 4 and bun 1 for the same four projects:
 * `a` uses debug (which uses ms), `b` uses is-odd (which uses is-number), `c` uses `a`, and `d` uses ini.
 */
const managers = ['npm', 'pnpm', 'yarn-classic', 'yarn-berry', 'bun'] as const;
type Manager = (typeof managers)[number];
type Variant = 'base' | 'direct' | 'transitive' | 'patched';

function readFixture(manager: Manager, variant: Variant): Record<string, string> {
  const folder = join(import.meta.dirname, 'fixtures', manager, variant);
  const names = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const files = names.map((entry) => join(entry.parentPath, entry.name));
  return Object.fromEntries(files.map((file) => [file.slice(folder.length + 1), readFileSync(file, 'utf8')]));
}

function manifestsOf(manager: Manager, variant: Variant): Record<string, string> {
  const linked = manager === 'pnpm' || manager === 'yarn-berry' ? 'workspace:*' : '0.0.0';
  const manifest = (name: string, rest: object): [string, string] => [
    `packages/${name}/package.json`,
    JSON.stringify({ name, version: '0.0.0', ...rest }),
  ];
  return Object.fromEntries([
    manifest('a', { dependencies: { debug: '4.3.4' } }),
    manifest('b', { dependencies: { 'is-odd': variant === 'direct' ? '3.0.1' : '3.0.0' } }),
    manifest('c', { dependencies: { a: linked } }),
    manifest('d', { devDependencies: { ini: '4.1.3' } }),
  ]);
}

async function readGraph(files: Readonly<Record<string, string>>): Promise<ProjectGraph> {
  const created = workspacePlugin.create({});
  if (created.kind === 'invalid' || created.parts.graph === undefined) throw new Error('no graph');
  const context = makeGraphContext(files);
  const contribution = await created.parts.graph.contribute(context);
  const [graph, problems] = buildProjectGraph([contribution], context.config);
  expect([...contribution.problems, ...problems]).toEqual([]);
  expect(graph.externals.globalKey).toBe('');
  return graph;
}

/** All that counts for each project: keys and integrities, with those of the projects that it uses. */
async function closuresOf(
  files: Readonly<Record<string, string>>,
): Promise<Record<string, readonly Pick<ExternalPackage, 'name' | 'version' | 'integrity' | 'key'>[]>> {
  const graph = await readGraph(files);
  const list = (project: string) =>
    listExternals(
      { kind: 'all' },
      [...graph.projects.keys()].find((name) => name === project)!,
      graph,
    );
  return Object.fromEntries(['a', 'b', 'c', 'd'].map((project) => [project, list(project)]));
}

async function changedProjects(
  before: Readonly<Record<string, string>>,
  after: Readonly<Record<string, string>>,
): Promise<readonly string[]> {
  const [old, now] = await Promise.all([closuresOf(before), closuresOf(after)]);
  return Object.keys(now).filter((project) => JSON.stringify(old[project]) !== JSON.stringify(now[project]));
}

describe.each(managers)('the lockfile of %s', (manager) => {
  const filesOf = (variant: Variant) => ({ ...readFixture(manager, variant), ...manifestsOf(manager, variant) });

  test('gives each project the packages that it uses, and those that these use', async () => {
    const closures = await closuresOf(filesOf('base'));
    const versions = Object.entries(closures).map(([project, found]) => [
      project,
      found.map(({ name, version }) => `${name}@${version}`),
    ]);
    expect(Object.fromEntries(versions)).toEqual({
      a: ['debug@4.3.4', 'ms@2.1.2'],
      b: ['is-number@6.0.0', 'is-odd@3.0.0'],
      c: ['debug@4.3.4', 'ms@2.1.2'],
      d: ['ini@4.1.3'],
    });
  });

  test('concerns only its users when a package is bumped', async () => {
    expect(await changedProjects(filesOf('base'), filesOf('direct'))).toEqual(['b']);
  });

  test('concerns only its users when an override bumps what a package uses', async () => {
    expect(await changedProjects(filesOf('base'), filesOf('transitive'))).toEqual(['a', 'c']);
  });

  test('concerns only its users when a package is patched, and when the patch is edited', async () => {
    const patched = filesOf('patched');
    const patch = Object.keys(patched).find((file) => file.endsWith('.patch'))!;
    expect(await changedProjects(filesOf('base'), patched)).toEqual(['b']);
    expect(await changedProjects(patched, { ...patched, [patch]: `${patched[patch]}\n` })).toEqual(['b']);
  });

  test('is not concerned by what manifests say beside their dependencies', async () => {
    const files: Record<string, string> = filesOf('base');
    const manifest = JSON.parse(files['packages/b/package.json']!) as object;
    const described = { ...manifest, description: 'b', keywords: ['odd'] };
    const edited = { ...files, 'packages/b/package.json': JSON.stringify(described) };
    expect(await changedProjects(files, edited)).toEqual([]);
  });
});
