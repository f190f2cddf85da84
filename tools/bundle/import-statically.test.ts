import { expect, test } from 'vitest';
import { liftImports } from './import-statically.ts';

const all = (): boolean => true;

test('what is imported lazily is imported with the file instead', () => {
  expect(liftImports("const { run, stop: end } = await import('./run.ts');", all)).toBe(
    "import { run as lifted0_run } from './run.ts';import { stop as lifted1_stop } from './run.ts';" +
      'const { run, stop: end } = { run: lifted0_run, stop: lifted1_stop };',
  );
});

test('a member of what is imported lazily is that member', () => {
  expect(liftImports("return (await import('@larder/daemon')).start(1);", all)).toBe(
    "import { start as lifted0_start } from '@larder/daemon';return lifted0_start(1);",
  );
});

test('two imports of one name do not get into the way of each other', () => {
  const source = "(await import('./a.ts')).run(); (await import('./b.ts')).run();";
  expect(liftImports(source, all)).toContain('lifted0_run(); lifted1_run();');
});

test.each([
  "const { parse } = await import('yaml');",
  "const { get } = await import('node:http');",
  'const loaded = await import(path);',
])('%s stays as it is', (source) => {
  expect(liftImports(source, all)).toBe(source);
});

test('a file of its own is still loaded lazily', () => {
  const source = "const { startTui } = await import('@larder/tui');";
  expect(liftImports(source, (specifier) => specifier !== '@larder/tui')).toBe(source);
});
