import { chmodSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { build } from 'esbuild';
import { buildOptions } from './bundle/build-options.ts';
import { type Bundle, bundledFile, bundlePath, bundles } from './bundle/bundles.ts';
import { importThroughLoader } from './bundle/import-here.ts';
import { loadNodeOnDemand } from './bundle/node-on-demand.ts';

// Bundles the commands of this repository into `bundle` folders of their packages.

const root = dirname(import.meta.dirname);

/** A larder that runs while it is rebuilt still loads its own chunks: only what is older than this goes. */
const keepChunksForMs = 60 * 60 * 1000;

async function writeBundle(bundle: Bundle): Promise<void> {
  const { outputFiles } = await build({ ...buildOptions(root, bundle), write: false });
  mkdirSync(bundlePath(root, bundle), { recursive: true });
  for (const { path, text } of outputFiles) writeFileSync(path, finishFile(bundle, path, text));
  const written = new Set(outputFiles.map(({ path }) => path));
  removeOldChunks(bundlePath(root, bundle), written);
  for (const name of Object.keys(bundle.entryPoints)) {
    const file = join(bundlePath(root, bundle), bundledFile(bundle, name));
    chmodSync(file, 0o755);
    console.log(`${relative(root, file)} ${Math.round(statSync(file).size / 1024)} kB, ${written.size - 1} chunks`);
  }
}

function finishFile({ format, parts = [] }: Bundle, path: string, text: string): string {
  if (format === 'esm') return text;
  const isKept = parts.some(({ file, keepsCode }) => keepsCode === true && basename(file) === basename(path));
  return isKept ? importThroughLoader(loadNodeOnDemand(text)) : loadNodeOnDemand(text);
}

function removeOldChunks(folder: string, written: ReadonlySet<string>): void {
  for (const name of readdirSync(folder)) {
    const file = join(folder, name);
    if (!written.has(file) && Date.now() - statSync(file).mtimeMs > keepChunksForMs) rmSync(file);
  }
}

// esbuild has printed why by the time it rejects.
const built = await Promise.allSettled(bundles.map(writeBundle));
if (built.some(({ status }) => status === 'rejected')) process.exitCode = 1;
