import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { findPackageFolders } from './directions/source-files.ts';

const root = dirname(import.meta.dirname);

function readJson(path: string): Record<string, unknown> {
  return JSON.parse(readFileSync(join(root, path), 'utf8'));
}

function listDependencies(path: string, kinds: readonly string[]): readonly string[] {
  const manifest = readJson(path);
  return kinds.flatMap((kind) => Object.keys(manifest[kind] ?? {})).filter((name) => !name.startsWith('@larder/'));
}

/** Names of the rows below a heading of docs/dependencies.md, in order. */
function readRows(heading: string): readonly string[] {
  const page = readFileSync(join(root, 'docs/dependencies.md'), 'utf8');
  const section = page.split(`## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
  return [...section.matchAll(/^\| `([^`]+)`/gm)].map(([, name = '']) => name);
}

function sortedOnce(names: readonly string[]): readonly string[] {
  return [...new Set(names)].toSorted();
}

test('docs/dependencies.md gives a reason for every dependency of the packages, and for nothing else', () => {
  const used = findPackageFolders(root).flatMap((folder) =>
    listDependencies(`${folder}/package.json`, ['dependencies', 'peerDependencies', 'optionalDependencies']),
  );
  expect(readRows('At run time')).toEqual(sortedOnce(used));
});

test('docs/dependencies.md gives a reason for every development dependency, and for nothing else', () => {
  const folders = ['.', ...findPackageFolders(root)];
  const used = folders.flatMap((folder) => listDependencies(`${folder}/package.json`, ['devDependencies']));
  expect(readRows('For development')).toEqual(sortedOnce(used));
});

interface LockedPackage {
  readonly resolved?: string;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

test.each(['package-lock.json', 'tools/node/package-lock.json'])('%s names no registry', (path) => {
  expect(readFileSync(join(root, path), 'utf8')).not.toMatch(/"resolved": "[a-z+]+:/);
});

test.each(['package-lock.json', 'tools/node/package-lock.json'])(
  '%s has every optional package of every platform, which npm ci demands',
  (path) => {
    const packages = readJson(path)['packages'] as Readonly<Record<string, LockedPackage>>;
    const locked = new Set(Object.keys(packages).map((folder) => folder.split('node_modules/').at(-1)));
    const optional = Object.values(packages).flatMap((entry) => Object.keys(entry.optionalDependencies ?? {}));
    expect(optional.filter((name) => !locked.has(name))).toEqual([]);
  },
);
