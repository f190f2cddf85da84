import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { expect, onTestFinished, test } from 'vitest';
import { buildOptions } from './build-options.ts';

const root = dirname(dirname(import.meta.dirname));

/** The names that `await import(specifier)` has in a bundle made as the commands are. */
async function namesInBundle(specifier: string): Promise<readonly string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'larder-bundle-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const source = join(folder, 'main.ts');
  writeFileSync(source, `export const names = Object.keys(await import('${specifier}'));`);
  const options = buildOptions(root, { packageFolder: 'packages/cli', format: 'esm', entryPoints: { main: source } });
  await build({ ...options, outdir: join(folder, 'out'), nodePaths: [join(root, 'node_modules')] });
  const bundled: { names: string[] } = await import(pathToFileURL(join(folder, 'out', 'main.js')).href);
  return bundled.names.toSorted();
}

async function namesInNode(specifier: string): Promise<readonly string[]> {
  // Node 23 and newer add the exports object under this name; nothing imports it.
  return Object.keys(await import(specifier))
    .filter((name) => name !== 'module.exports')
    .toSorted();
}

test.each(['undici', 'yaml', 'fast-glob', 'picomatch', 'tar', 'react', 'ink'])(
  'a lazy import of %s has the same names in the bundle as under Node',
  async (specifier) => {
    expect(await namesInBundle(specifier)).toEqual(await namesInNode(specifier));
  },
);
