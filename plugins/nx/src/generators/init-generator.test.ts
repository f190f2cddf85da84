import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readJson, writeJson, type Tree } from '@nx/devkit';
import { createTreeWithEmptyWorkspace } from '@nx/devkit/testing';
import { expect, onTestFinished, test } from 'vitest';
import initGenerator from './init-generator.ts';

async function pluginsAfter(plugins: readonly unknown[] | null): Promise<unknown> {
  const tree: Tree = createTreeWithEmptyWorkspace();
  writeJson(tree, 'nx.json', plugins === null ? {} : { plugins });
  await initGenerator(tree);
  return readJson<{ plugins: unknown }>(tree, 'nx.json').plugins;
}

test('the plugin is named after those that are there', async () => {
  expect(await pluginsAfter(null)).toEqual(['@larder/nx']);
  expect(await pluginsAfter(['@nx/vite/plugin'])).toEqual(['@nx/vite/plugin', '@larder/nx']);
});

test('a workspace that names it already stays as it is, options included', async () => {
  expect(await pluginsAfter(['@larder/nx'])).toEqual(['@larder/nx']);
  const withOptions = { plugin: '@larder/nx', options: { summary: false } };
  expect(await pluginsAfter([withOptions])).toEqual([withOptions]);
});

test('plugins of a file that nx.json extends are not hidden: whoever adds the package is told where it belongs', async () => {
  const tree: Tree = createTreeWithEmptyWorkspace();
  tree.root = mkdtempSync(join(tmpdir(), 'larder-init-'));
  onTestFinished(() => rmSync(tree.root, { recursive: true }));
  writeFileSync(join(tree.root, 'base.json'), '{ "plugins": ["./own.js"] } // shared');
  tree.write('nx.json', '{ "extends": "./base.json" }');
  await expect(initGenerator(tree)).rejects.toThrow('would hide those of ./base.json');
  expect(tree.read('nx.json', 'utf-8')).toBe('{ "extends": "./base.json" }');
  writeFileSync(join(tree.root, 'base.json'), '{ "parallel": 2 }');
  await initGenerator(tree);
  expect(tree.read('nx.json', 'utf-8')).toContain('"plugins": ["@larder/nx"]');
});

test.each([
  [null, '.larder\n'],
  ['dist', 'dist\n.larder\n'],
  ['dist\r\n', 'dist\r\n.larder\r\n'],
  ['/.larder/\ndist\n', '/.larder/\ndist\n'],
])('the folder of Larder is ignored, once: %j', async (before, after) => {
  const tree: Tree = createTreeWithEmptyWorkspace();
  if (before === null) tree.delete('.gitignore');
  else tree.write('.gitignore', before);
  await initGenerator(tree);
  expect(tree.read('.gitignore', 'utf-8')).toBe(after);
});
