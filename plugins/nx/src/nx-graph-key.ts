import { asWorkspacePath, compareCodeUnits, type GraphContext, type WorkspacePath } from '@larder/core';
import { listImports } from './list-imports.ts';

/** Files whose bytes can change the graph: configuration of any tool, manifests and lockfiles. */
const configurationName =
  /(^|\/)(package|project|nx|tsconfig[^/]*|jsconfig[^/]*)\.json$|\.config\.[cm]?[jt]sx?$|(^|\/)\.[^/]*rc(\.[^/]+)?$|(^|\/)(package-lock\.json|pnpm-lock\.yaml|pnpm-workspace\.yaml|yarn\.lock|bun\.lock)$|\.(toml|gradle|kts|csproj|fsproj|xml)$|(^|\/)Dockerfile[^/]*$|(^|\/)\.(nx|git)ignore$/;

/** Files of which only the imports can change the graph. */
const sourceName = /\.([cm]?[jt]sx?|vue|svelte|astro)$/;

/** What the last graph was made from; kept as JSON beside it. */
export interface NxGraphKey {
  readonly nxVersion: string;
  /** Path -> digest of a configuration file. */
  readonly configuration: Readonly<Record<string, string>>;
  /** Path -> [digest of the file, imports in it]. */
  readonly sources: Readonly<Record<string, readonly [string, string]>>;
}

/** Reads only sources whose digest the earlier key does not know. */
export function createNxGraphKey(context: GraphContext, nxVersion: string, earlier: NxGraphKey | null): NxGraphKey {
  const configuration: Record<string, string> = {};
  const sources: Record<string, readonly [string, string]> = {};
  for (const path of context.files.paths) {
    if (configurationName.test(path)) configuration[path] = digestOf(context, path);
    else if (sourceName.test(path)) sources[path] = describeSource(context, path, earlier);
  }
  return { nxVersion, configuration, sources };
}

/** Whether the same graph follows from both. */
export function isSameGraph(a: NxGraphKey, b: NxGraphKey): boolean {
  return a.nxVersion === b.nxVersion && summarise(a) === summarise(b);
}

function summarise(key: NxGraphKey): string {
  const configuration = Object.entries(key.configuration).map(([path, digest]) => `c ${path} ${digest}`);
  const sources = Object.entries(key.sources).map(([path, [, imports]]) => `s ${path} ${imports}`);
  return [...configuration, ...sources].sort(compareCodeUnits).join('\n');
}

function describeSource(
  context: GraphContext,
  path: WorkspacePath,
  earlier: NxGraphKey | null,
): readonly [string, string] {
  const digest = digestOf(context, path);
  const known = earlier?.sources[path];
  return known?.[0] === digest ? known : [digest, listImports(context.readText(path) ?? '')];
}

function digestOf(context: GraphContext, path: string): string {
  return context.files.factsOf(asWorkspacePath(path))?.digest ?? '';
}
