import {
  GlobCompiler,
  asWorkspacePath,
  compareCodeUnits,
  isJsonObject,
  ownValue,
  type GraphContext,
  type JsonValue,
  type WorkspacePath,
} from '@larder/core';
import { listImports } from './list-imports.ts';

/** Files whose bytes can change the graph: configuration of any tool, manifests and lockfiles. */
const configurationName =
  /(^|\/)(package|project|nx|tsconfig[^/]*|jsconfig[^/]*)\.json$|\.config\.[cm]?[jt]sx?$|(^|\/)\.[^/]*rc(\.[^/]+)?$|(^|\/)(package-lock\.json|pnpm-lock\.yaml|pnpm-workspace\.yaml|yarn\.lock|bun\.lock)$|\.(toml|gradle|kts|csproj|fsproj|xml)$|(^|\/)Dockerfile[^/]*$|(^|\/)\.(nx|git)ignore$/;

/** Files of which only the imports can change the graph. */
const sourceName = /\.([cm]?[jt]sx?|vue|svelte|astro)$/;

/** Texts and pictures that no language plugin looks into for dependencies. */
const inertName = /\.(md|mdx|txt|css|scss|sass|less|html|png|jpe?g|gif|svg|webp|ico|woff2?|snap)$/;

/** What Nx said of where its answer comes from. */
export interface NxGraphSources {
  /** Globs of the files that plugins infer from (`createNodes`). */
  readonly globs: readonly string[];
  /** Files of the workspace that were loaded as code: local plugins, and configuration with what it imports. */
  readonly modules: readonly string[];
  /** Some plugin finds dependencies in files of languages of its own. */
  readonly readsOtherLanguages: boolean;
}

/** What the last graph was made from; kept as JSON beside it. */
export interface NxGraphKey {
  readonly nxVersion: string;
  readonly from: NxGraphSources;
  /** Path -> digest of a file whose bytes count. */
  readonly configuration: Readonly<Record<string, string>>;
  /** Path -> [digest of the file, imports in it]. */
  readonly sources: Readonly<Record<string, readonly [string, string]>>;
}

/** Reads only sources whose digest the earlier key does not know. */
export function createNxGraphKey(
  context: GraphContext,
  nxVersion: string,
  { from, earlier }: { readonly from: NxGraphSources; readonly earlier: NxGraphKey | null },
): NxGraphKey {
  const configuration: Record<string, string> = {};
  const sources: Record<string, readonly [string, string]> = {};
  const countsWhole = compileWhole(context, from);
  for (const path of context.files.paths) {
    if (countsWhole(path)) configuration[path] = digestOf(context, path);
    else if (sourceName.test(path)) sources[path] = describeSource(context, path, earlier);
  }
  return { nxVersion, from, configuration, sources };
}

/** Whether the same graph follows from both. */
export function isSameGraph(a: NxGraphKey, b: NxGraphKey): boolean {
  return a.nxVersion === b.nxVersion && summarise(a) === summarise(b);
}

/** Null where it is not what `createNxGraphKey` made. */
export function parseNxGraphKey(value: unknown): NxGraphKey | null {
  if (!isJsonObject(value)) return null;
  const { nxVersion, from, configuration, sources } = value;
  if (typeof nxVersion !== 'string' || !isJsonObject(configuration) || !isJsonObject(sources)) return null;
  const parsed = parseNxGraphSources(from);
  if (parsed === null) return null;
  const digests = Object.entries(configuration).filter((entry): entry is [string, string] => isText(entry[1]));
  const described = Object.entries(sources).filter((entry): entry is [string, readonly [string, string]] => {
    const pair = entry[1];
    return Array.isArray(pair) && isText(pair[0]) && isText(pair[1]);
  });
  return {
    nxVersion,
    from: parsed,
    configuration: Object.fromEntries(digests),
    sources: Object.fromEntries(described),
  };
}

export function parseNxGraphSources(value: JsonValue | undefined): NxGraphSources | null {
  if (!isJsonObject(value)) return null;
  const { globs, modules, readsOtherLanguages } = value;
  if (!Array.isArray(globs) || !Array.isArray(modules)) return null;
  return {
    globs: globs.filter(isText),
    modules: modules.filter(isText),
    readsOtherLanguages: readsOtherLanguages === true,
  };
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function compileWhole(context: GraphContext, from: NxGraphSources): (path: WorkspacePath) => boolean {
  const globs = new GlobCompiler();
  const inferred = from.globs.map((glob) => globs.compile(glob));
  const named = new Set<string>(from.modules);
  const { base } = context.config;
  if (base !== undefined) named.add(base);
  return (path) =>
    configurationName.test(path) ||
    named.has(path) ||
    inferred.some((matches) => matches(path)) ||
    (from.readsOtherLanguages && !sourceName.test(path) && !inertName.test(path));
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
  const known = earlier === null ? undefined : ownValue(earlier.sources, path);
  return known?.[0] === digest ? known : [digest, listImports(context.readText(path) ?? '')];
}

function digestOf(context: GraphContext, path: string): string {
  return context.files.factsOf(asWorkspacePath(path))?.digest ?? '';
}
