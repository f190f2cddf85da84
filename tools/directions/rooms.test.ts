import { expect, test } from 'vitest';
import { parseArchitecture } from './rooms.ts';

function architecture(...rows: readonly string[]): string {
  const header = ['| package | owns | may import |', '| --- | --- | --- |'];
  return [...header, ...rows, '', '`core` uses only libraries that compute: picomatch, valibot.'].join('\n');
}

function importsOf(folder: string, ...rows: readonly string[]): readonly string[] {
  const room = parseArchitecture(architecture(...rows)).rooms.find((each) => each.folder === folder);
  return [...(room?.mayImport ?? [])];
}

const core = '| `packages/core` | types | nothing |';
const cache = '| `packages/cache`   | artifacts | core |';
const cli = '| `packages/cli` | all | all but cache |';

test('a row names the packages that may be imported', () => {
  expect(importsOf('packages/core', core, cache)).toEqual([]);
  expect(importsOf('packages/cache', core, cache)).toEqual(['packages/core']);
});

test('a row may leave packages out of all', () => {
  expect(importsOf('packages/cli', core, cache, cli)).toEqual(['packages/core', 'packages/cli']);
});

test('a row may admit all', () => {
  const all = cli.replace('all but cache', 'all');
  expect(importsOf('packages/cli', core, cache, all)).toEqual(['packages/core', 'packages/cache', 'packages/cli']);
});

test('the libraries of core are listed in a sentence', () => {
  expect([...parseArchitecture(architecture(core)).coreLibraries]).toEqual(['picomatch', 'valibot']);
});

test('a name that is no package is an error, so that a slip cannot forbid nothing', () => {
  expect(() => importsOf('packages/cache', core, '| `packages/cache` | artifacts | cor |')).toThrow(
    'unknown room: cor',
  );
});

test('a document without the table is an error', () => {
  expect(() => parseArchitecture('# Architecture')).toThrow('has lost its table');
});
