import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, matchesGlob } from 'node:path';
import { expect, test } from 'vitest';

const root = dirname(import.meta.dirname);

interface Manifest {
  readonly name: string;
  readonly private?: boolean;
  readonly files?: readonly string[];
  readonly bin?: Readonly<Record<string, string>>;
  readonly exports?: unknown;
  readonly generators?: string;
  readonly executors?: string;
}

const folders = globSync(['packages/*/package.json', 'plugins/*/package.json'], { cwd: root }).map((file) =>
  dirname(file),
);
const published = folders
  .map((folder) => ({ folder, manifest: readJson(join(folder, 'package.json')) as Manifest }))
  .filter(({ manifest }) => manifest.private !== true);

function readJson(file: string): unknown {
  return JSON.parse(readFileSync(join(root, file), 'utf8'));
}

/** Every file that a manifest names for those who install the package; `source` is for this repository alone. */
function listNamed({ exports, bin, generators, executors }: Manifest): readonly string[] {
  return [exports, bin, generators, executors].flatMap(listPaths);
}

function listPaths(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => (key === 'source' ? [] : listPaths(inner)));
}

function isShipped(path: string, { files = [] }: Manifest): boolean {
  const plain = path.replace(/^\.\//, '');
  return plain === 'package.json' || files.some((entry) => plain.startsWith(`${entry}/`) || matchesGlob(plain, entry));
}

test.each(published)('what $manifest.name names is in what it publishes', ({ manifest }) => {
  const named = listNamed(manifest);
  expect(named.length).toBeGreaterThan(0);
  expect(named.filter((path) => !isShipped(path, manifest))).toEqual([]);
});

test('the generators and executors of the Nx plugin are made by the bundler, and described', () => {
  const lists = ['plugins/nx/generators.json', 'plugins/nx/executors.json'].map(readJson);
  const bundler = readFileSync(join(root, 'tools/bundle/bundles.ts'), 'utf8');
  const isMade = (path: string): boolean => {
    const name = /^\.\/bundle\/(.+)\.cjs$/.exec(path)?.[1];
    return name === undefined ? existsSync(join(root, 'plugins/nx', path)) : bundler.includes(`'${name}':`);
  };
  const named = lists.flatMap(listPaths).filter((text) => text.startsWith('./'));
  expect(named.length).toBeGreaterThan(5);
  expect(named.filter((path) => !isMade(path))).toEqual([]);
});
