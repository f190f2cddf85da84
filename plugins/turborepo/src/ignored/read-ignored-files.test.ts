import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { readIgnoredFiles } from './read-ignored-files.ts';

function makeFiles(files: readonly string[]): string {
  const root = mkdtempSync(join(tmpdir(), 'larder-ignored-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  for (const path of files) {
    mkdirSync(join(root, dirname(path)), { recursive: true });
    writeFileSync(join(root, path), path);
  }
  return root;
}

/** Paths that were told of, since the test began. */
const seen: string[] = [];
beforeEach(() => void seen.splice(0));

async function read(
  root: string,
  include: readonly string[],
  exclude: readonly string[] = [],
): Promise<readonly string[]> {
  const signal = new AbortController().signal;
  const isListed = (path: string): boolean => path.endsWith('.ts');
  const sawPath = (path: string): void => void seen.push(path);
  const text = await readIgnoredFiles(root, { include, exclude, isListed, signal, sawPath });
  return text === '' ? [] : text.split('\n');
}

const paths = (lines: readonly string[]) =>
  lines.map((line) => JSON.parse(line.slice(0, line.lastIndexOf('" ') + 1)) as string);

test('files that a pattern names are found, without those that git knows', async () => {
  const root = makeFiles(['web/.env', 'web/.env.local', 'web/a.ts', 'web/gen/x/y.log', 'web/gen/z.ts']);
  expect(paths(await read(root, ['web/.env*']))).toEqual(['web/.env', 'web/.env.local']);
  expect(paths(await read(root, ['web/gen']))).toEqual(['web/gen/x/y.log']);
  expect(paths(await read(root, ['web/**'], ['web/.env.local']))).toEqual(['web/.env', 'web/gen/x/y.log']);
  expect(await read(root, ['nothing/**', 'web/.env/x'])).toEqual([]);
});

test('a wildcard does not reach into installed packages, a name does', async () => {
  const root = makeFiles(['node_modules/x/.env', '.env']);
  expect(paths(await read(root, ['**/.env']))).toEqual(['.env']);
  expect(paths(await read(root, ['node_modules/x/.env']))).toEqual(['node_modules/x/.env']);
});

test('what was looked at is told, there or not, and no folder in which nothing can match', async () => {
  const root = makeFiles(['web/.env', 'web/dist/deep/x.js', 'web/dist/y.js']);
  await read(root, ['web/.env*', 'docs/.env']);
  expect(seen).toEqual(['web', 'docs/.env', 'web/.env']);
});

test('a folder behind a link is told of by its own path, because nothing that is added to it changes the link', async () => {
  const root = makeFiles(['elsewhere/.env']);
  symlinkSync('elsewhere', join(root, 'web'));
  expect(paths(await read(root, ['web/.env*']))).toEqual(['web/.env']);
  expect(seen).toContain(realpathSync(join(root, 'elsewhere')));
});

test('content, name and kind count', async () => {
  const root = makeFiles(['a']);
  const before = await read(root, ['*']);
  writeFileSync(join(root, 'a'), 'other');
  expect(await read(root, ['*'])).not.toEqual(before);
  symlinkSync('a', join(root, 'b'));
  expect(paths(await read(root, ['*']))).toEqual(['a', 'b']);
});
