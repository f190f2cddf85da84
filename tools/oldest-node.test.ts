import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { oldestNode } from '../packages/core/src/oldest-node.ts';
import { expect, test } from 'vitest';
import { findPackageFolders, readSourceFiles } from './directions/source-files.ts';

const root = dirname(import.meta.dirname);

/** What Node 24 and later have and Node 22 has not; the bundler translates syntax, and brings no globals. */
const newer =
  /\b(?:(?:Async)?DisposableStack|SuppressedError|Promise\.try|RegExp\.escape|Error\.isError|Math\.sumPrecise|Float16Array|URLPattern|Iterator\.concat|Uint8Array\.from(?:Hex|Base64))\b/;

test('no source needs more than the oldest Node that the packages name', () => {
  const sources = findPackageFolders(root).flatMap((folder) => readSourceFiles(root, folder));
  const found = sources.filter(({ isTest, text }) => !isTest && newer.test(text));
  expect(sources.length).toBeGreaterThan(100);
  expect(found.map(({ path, text }) => `${path}: ${newer.exec(text)?.[0]}`)).toEqual([]);
});

test('every package names the oldest Node that the commands accept', () => {
  const engines = findPackageFolders(root).map((folder): unknown => {
    const manifest: { engines?: unknown } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
    return manifest.engines;
  });
  expect(engines.length).toBeGreaterThan(10);
  expect(new Set(engines.map((each) => JSON.stringify(each)))).toEqual(
    new Set([JSON.stringify({ node: `>=${oldestNode}` })]),
  );
});
