import { isAbsolute, join } from 'node:path';
import type { Plugin } from 'esbuild';
import type { Bundle } from './bundles.ts';

const namespace = 'part';

/**
 * Leaves what is imported lazily and named in `parts` to a file of its own. A part in CommonJS is required inside a
 * module of a bundle in CommonJS, which runs at its first import; every other import stays one, and Node finds the names
 * of what it imports by itself.
 */
export function separateParts(root: string, { parts = [], format }: Pick<Bundle, 'parts' | 'format'>): Plugin {
  const fileOf = new Map(parts.map(({ source, file }) => [source.endsWith('.ts') ? join(root, source) : source, file]));
  const kept = new Set(parts.flatMap(({ file, keepsCode }) => (keepsCode === true ? [file] : [])));
  return {
    name: namespace,
    setup(build) {
      build.onResolve({ filter: /.*/ }, async ({ path, kind, resolveDir, namespace: from, pluginData }) => {
        if (from === namespace) return { path, external: true };
        if (kind !== 'dynamic-import' || pluginData === resolving) return undefined;
        const file = fileOf.get(path) ?? fileOf.get(await resolveSource(build, { path, resolveDir }));
        if (file === undefined) return undefined;
        const isRequired = format === 'cjs' && file.endsWith('.cjs');
        return isRequired ? { path: file, namespace } : { path: file, external: true };
      });
      build.onLoad({ filter: /.*/, namespace }, ({ path }) => ({
        contents: kept.has(path) ? keptLoaderOf(path) : loaderOf(path),
      }));
    },
  };
}

const resolving = Symbol('resolving');

async function resolveSource(
  build: Parameters<Plugin['setup']>[0],
  { path, resolveDir }: { readonly path: string; readonly resolveDir: string },
): Promise<string> {
  const isOurs = path.startsWith('.') || path.startsWith('@larder/') || isAbsolute(path);
  if (!isOurs) return '';
  return (await build.resolve(path, { kind: 'import-statement', resolveDir, pluginData: resolving })).path;
}

/** In a file of its own, because what is answered without such a part need not read it. */
const keptLoader = './kept-code.cjs';

function keptLoaderOf(file: string): string {
  const absolute = `require("node:path").join(__dirname, ${JSON.stringify(file)})`;
  return `const { loadKept } = require("${keptLoader}"); module.exports = loadKept(${absolute}, require);`;
}

function loaderOf(file: string): string {
  return `const loaded = require(${JSON.stringify(file)}); module.exports = loaded;`;
}
