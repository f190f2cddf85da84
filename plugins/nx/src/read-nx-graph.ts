/**
 * Runs in a process of its own: `node read-nx-graph.js <workspace root> <output file>`. Loads the
 * workspace's `nx`, which costs up to a second and prints as it likes, and writes its project graph to
 * the output file as JSON, with what the graph was made from. Ends with 1 and the reason on standard
 * error where Nx cannot make one. All access to Nx's own modules is here and in `nx-executor`; they are
 * the same in majors 20 to 24.
 */
import { realpathSync, writeFileSync } from 'node:fs';
import { createRequire, registerHooks } from 'node:module';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

interface NxProjectGraphModule {
  createProjectGraphAsync(options: { exitOnError: boolean; resetDaemonClient: boolean }): Promise<{
    readonly nodes: unknown;
    readonly dependencies: unknown;
  }>;
}

interface NxPlugin {
  readonly name: string;
  readonly createNodes?: readonly [string, unknown] | null;
  readonly createDependencies?: unknown;
}

interface NxPluginsModule {
  /** Majors 20 and 21 take the root only, later ones the configuration before it. */
  getPlugins(...args: readonly unknown[]): Promise<readonly NxPlugin[]>;
}

interface NxJsonModule {
  readNxJson(rootAbsolute: string): unknown;
}

/** Looks for dependencies in JavaScript, and in lockfiles: both are watched anyway. */
const ownPlugins = ['nx/core/package-json', 'nx/js/dependencies-and-lockfile', 'nx/core/project-json'];

async function main(rootAbsolute: string, outputFile: string): Promise<void> {
  const modules = recordModules(rootAbsolute);
  const require = createRequire(join(rootAbsolute, 'package.json'));
  const nx = require('nx/src/project-graph/project-graph') as NxProjectGraphModule;
  const graph = await nx.createProjectGraphAsync({ exitOnError: false, resetDaemonClient: true });
  const plugins = await readPlugins(require, rootAbsolute);
  const from = {
    globs: plugins.flatMap(({ createNodes }) => createNodes?.[0] ?? []),
    modules: [...modules].sort(),
    readsOtherLanguages: plugins.some(
      ({ name, createDependencies }) => createDependencies !== undefined && !ownPlugins.includes(name),
    ),
  };
  writeFileSync(outputFile, JSON.stringify({ nodes: graph.nodes, dependencies: graph.dependencies, from }));
}

/** The plugins that made the graph: they stay loaded. */
async function readPlugins(require: NodeJS.Require, rootAbsolute: string): Promise<readonly NxPlugin[]> {
  const { getPlugins } = require('nx/src/project-graph/plugins/get-plugins') as NxPluginsModule;
  const { readNxJson } = require('nx/src/config/nx-json') as NxJsonModule;
  const nxJson = readNxJson(rootAbsolute);
  return getPlugins.length === 0 ? getPlugins(rootAbsolute) : getPlugins(nxJson, rootAbsolute);
}

/** Collects the files of the workspace that are loaded as code from now on. */
function recordModules(rootAbsolute: string): ReadonlySet<string> {
  const modules = new Set<string>();
  const realRoot = realpathSync(rootAbsolute);
  registerHooks({
    load: (url, context, nextLoad) => {
      if (url.startsWith('file:')) {
        const path = relative(realRoot, fileURLToPath(url)).split(sep).join('/');
        if (!path.startsWith('../') && !`/${path}`.includes('/node_modules/')) modules.add(path);
      }
      return nextLoad(url, context);
    },
  });
  return modules;
}

const [rootAbsolute, outputFile] = process.argv.slice(2);
main(rootAbsolute ?? '', outputFile ?? '').then(
  () => process.exit(0),
  (error: unknown) => {
    process.stderr.write(`${[...new Set(describe(error, 0))].join('\n')}\n`);
    process.exit(1);
  },
);

/** Nx throws errors that hold others, and those hold more; the innermost say what is wrong. */
function describe(error: unknown, depth: number): readonly string[] {
  if (!(error instanceof Error)) return [String(error)];
  const held = error as { readonly getErrors?: () => readonly unknown[]; readonly errors?: readonly unknown[] };
  const inner = [...(held.getErrors?.() ?? held.errors ?? []), error.cause];
  const further = inner.filter((each) => each instanceof Error && depth < 5);
  return [error.message, ...further.flatMap((each) => describe(each, depth + 1))];
}
