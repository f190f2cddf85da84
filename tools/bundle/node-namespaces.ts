import { isBuiltin } from 'node:module';
import { dirname } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { OnLoadResult, Plugin, PluginBuild } from 'esbuild';

const bareSpecifier = /^(?:@[a-z0-9-]+\/)?[a-z0-9]/i;
const namespace = 'node-namespace';

/**
 * Gives `await import('undici')` the names that Node gives it. esbuild makes a chunk of a CommonJS package
 * that exports `default` alone, so what works from the sources would be undefined in the bundle. The names
 * come from Node itself, which finds them when it imports the package.
 */
export function nodeNamespaces(external: readonly string[]): Plugin {
  return {
    name: namespace,
    setup(build) {
      build.onResolve({ filter: bareSpecifier }, async ({ path, kind, resolveDir }) => {
        if (kind !== 'dynamic-import') return undefined;
        if (path.startsWith('@larder/') || isBuiltin(path) || external.includes(path)) return undefined;
        const resolved = await build.resolve(path, { kind: 'import-statement', resolveDir });
        if (resolved.errors.length > 0 || resolved.external) return resolved;
        return (await isCommonJs(build, resolved.path)) ? { path: resolved.path, namespace } : resolved;
      });
      build.onLoad({ filter: /.*/, namespace }, ({ path }) => exportNamesOf(path));
    },
  };
}

async function isCommonJs({ esbuild }: PluginBuild, path: string): Promise<boolean> {
  const { metafile } = await esbuild.build({
    entryPoints: [path],
    bundle: true,
    write: false,
    metafile: true,
    format: 'esm',
    logLevel: 'silent',
    plugins: [{ name: 'this-file-only', setup: (build) => leaveImportsOut(build) }],
  });
  return Object.values(metafile.inputs)[0]?.format === 'cjs';
}

function leaveImportsOut(build: PluginBuild): void {
  build.onResolve({ filter: /.*/ }, ({ kind, path }) =>
    kind === 'entry-point' ? undefined : { path, external: true },
  );
}

async function exportNamesOf(path: string): Promise<OnLoadResult> {
  const exported: object = await import(pathToFileURL(path).href);
  const names = Object.keys(exported).filter((name) => /^[\w$]+$/.test(name) && name !== 'default');
  const contents = [
    `const exported = require(${JSON.stringify(path)});`,
    'export default exported;',
    `export const { ${names.join(', ')} } = exported;`,
  ];
  return { contents: contents.join('\n'), resolveDir: dirname(path) };
}
