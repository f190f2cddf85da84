import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { oldestNode } from '../../packages/core/src/oldest-node.ts';
import type { BuildOptions, Metafile } from 'esbuild';
import { absentModules } from './absent-modules.ts';
import { type Bundle, bundlePath } from './bundles.ts';
import { importStatically } from './import-statically.ts';
import { nodeNamespaces } from './node-namespaces.ts';
import { defineOnDemand } from './node-on-demand.ts';
import { separateParts } from './separate-parts.ts';

/** What stays outside: native code, and the user's own Nx. */
const external = ['xxhash-addon', '@parcel/watcher', 'nx', 'nx/*', '@nx/devkit', '@nx/devkit/*'];

/** CommonJS dependencies call `require` for Node's own modules, which an ES module has not. */
const defineRequire = [
  'import{createRequire as createRequireForBundle}from"node:module";',
  'const require=createRequireForBundle(import.meta.url);',
].join('');

/** ES modules know where they are by `import.meta.url`; CommonJS does by another name. */
const defineModuleUrl = 'const moduleUrlForBundle=require("node:url").pathToFileURL(__filename).href;';

export type LarderBuildOptions = BuildOptions & { readonly metafile: true };

/**
 * How a command is bundled: everything that starts with it in one file, and a chunk or part for whatever it
 * imports lazily. Names stay readable, so that a stack trace from a user can be read.
 */
export function buildOptions(root: string, bundle: Bundle): LarderBuildOptions {
  const isCommonJs = bundle.format === 'cjs';
  return {
    absWorkingDir: root,
    entryPoints: { ...bundle.entryPoints },
    outdir: bundlePath(root, bundle),
    bundle: true,
    splitting: !isCommonJs,
    format: bundle.format,
    ...(isCommonJs ? { outExtension: { '.js': '.cjs' } } : {}),
    platform: 'node',
    target: `node${oldestNode}`,
    // Turned into calls of `new RegExp` otherwise, which V8 makes at once, used or not.
    supported: { 'regexp-unicode-property-escapes': true },
    // jsonc-parser's CommonJS build cannot be bundled; its ES module can.
    mainFields: ['module', 'main'],
    conditions: ['source'],
    external,
    plugins: [
      absentModules(['react-devtools-core']),
      separateParts(root, bundle),
      nodeNamespaces(external),
      ...(isCommonJs
        ? [
            importStatically(
              root,
              (bundle.parts ?? []).map(({ source }) => source),
            ),
          ]
        : []),
    ],
    define: {
      'process.env.NODE_ENV': '"production"',
      LARDER_VERSION: JSON.stringify(readVersion(root, bundle)),
      ...(isCommonJs ? { 'import.meta.url': 'moduleUrlForBundle' } : {}),
    },
    banner: { js: isCommonJs ? defineModuleUrl + defineOnDemand : defineRequire },
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: 'none',
    metafile: true,
    logLevel: 'warning',
  };
}

function readVersion(root: string, bundle: Bundle): string {
  const manifest: unknown = JSON.parse(readFileSync(join(root, bundle.packageFolder, 'package.json'), 'utf8'));
  if (typeof manifest === 'object' && manifest !== null && 'version' in manifest) return String(manifest.version);
  throw new Error(`${bundle.packageFolder}/package.json has no version`);
}

/** The source files that load when an output file does: its own and those of its static imports. */
export function findStaticInputs(metafile: Metafile, entry: string): ReadonlySet<string> {
  const inputs = new Set<string>();
  const outputs = new Set([entry]);
  // A set that grows while it is walked visits what was added.
  for (const file of outputs) {
    const output = metafile.outputs[file];
    if (output === undefined) throw new Error(`${file} is no output of this build`);
    for (const [input, { bytesInOutput }] of Object.entries(output.inputs)) if (bytesInOutput > 0) inputs.add(input);
    for (const { path, kind, external: isExternal } of output.imports) {
      if (kind === 'dynamic-import') continue;
      if (isExternal === true) inputs.add(path);
      else outputs.add(path);
    }
  }
  return inputs;
}
