import { basename, dirname } from 'node:path';
import { build } from 'esbuild';
import { expect, test } from 'vitest';
import { buildOptions, findStaticInputs } from './bundle/build-options.ts';
import { bundledFile, bundles } from './bundle/bundles.ts';

const root = dirname(import.meta.dirname);

/** What an up-to-date run must not load: tens of milliseconds each. */
const heavy =
  /^(?:ink|react|undici|tar|@nx\/devkit|nx|yaml|fast-glob|yoga-layout|jose|@opentelemetry\/.*|@aws-sdk\/.*|@smithy\/.*)$/;

function packageOfInput(input: string): string {
  const inside = input.split('node_modules/').at(-1) ?? input;
  return inside
    .split('/')
    .slice(0, inside.startsWith('@') ? 2 : 1)
    .join('/');
}

/** What esbuild makes of a source of ours that is imported lazily into the same file, and of all that it imports. */
const wrapsOwnModule = /__esm\(\{"(?:packages|plugins)\//;

/** Files that are only loaded when they are needed. */
const heavyFiles = new Set(
  bundles.flatMap((bundle) => (bundle.parts ?? []).filter(({ isLight }) => !isLight)).map(({ file }) => basename(file)),
);

test.each(bundles)('the $format bundle in $packageFolder starts without any heavy library', async (bundle) => {
  const { metafile, outputFiles } = await build({ ...buildOptions(root, bundle), write: false });
  // One character beyond, which esbuild escapes everywhere but in regular expressions, and V8 holds the whole text in
  // two bytes each.
  const wide = outputFiles.filter(({ text }) => /[^\0-\u00ff]/.test(text)).map(({ path }) => basename(path));
  expect(wide).toEqual([]);
  expect(outputFiles.filter(({ text }) => wrapsOwnModule.test(text)).map(({ path }) => basename(path))).toEqual([]);
  for (const name of Object.keys(bundle.entryPoints)) {
    if (heavyFiles.has(bundledFile(bundle, name))) continue;
    const inputs = findStaticInputs(metafile, `${bundle.packageFolder}/bundle/${bundledFile(bundle, name)}`);
    const loaded = [...inputs].filter((input) => heavy.test(packageOfInput(input)));
    expect(loaded).toEqual([]);
    expect(inputs.size).toBeGreaterThan(0);
  }
});
