import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
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

async function read(
  root: string,
  include: readonly string[],
  exclude: readonly string[] = [],
): Promise<readonly string[]> {
  const signal = new AbortController().signal;
  const text = await readIgnoredFiles(root, { include, exclude, isListed: (path) => path.endsWith('.ts'), signal });
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

test('content, name and kind count', async () => {
  const root = makeFiles(['a']);
  const before = await read(root, ['*']);
  writeFileSync(join(root, 'a'), 'other');
  expect(await read(root, ['*'])).not.toEqual(before);
  symlinkSync('a', join(root, 'b'));
  expect(paths(await read(root, ['*']))).toEqual(['a', 'b']);
});
