import { restoreAdopted } from '@larder/core';
import type {
  GraphContext,
  JsonObject,
  ManifestDependency,
  Problem,
  ProjectContribution,
  SourceLocation,
  WorkspacePath,
} from '@larder/core';

import type { ProjectRoot } from './find-project-roots.ts';
import { readManifest } from './manifest-file.ts';
import type { ManifestFile, ManifestPath } from './manifest-file.ts';
import { mergeTargets } from './merge-targets.ts';
import type { RawTargets } from './merge-targets.ts';

/** Reads one project's manifests; what is wrong in them goes to `problems`, and the rest still counts. */
export function readProject(context: GraphContext, project: ProjectRoot, problems: Problem[]): ProjectContribution {
  const read = (file: WorkspacePath | null) => (file === null ? null : readManifest(context, file, problems));
  const packageJson = read(project.packageJson);
  const projectJson = read(project.projectJson);
  // The sources of a project's own keys: the `nx` key of package.json, and project.json over it.
  const sources: Source[] = [];
  if (packageJson?.has(['nx']) === true) sources.push({ manifest: packageJson, prefix: ['nx'] });
  if (projectJson !== null) sources.push({ manifest: projectJson, prefix: [] });
  const packageName = packageJson?.text(['name']) ?? null;
  const scripts = packageJson === null ? {} : readScripts(packageJson);
  return {
    root: project.root,
    name: lastText(sources, 'name') ?? packageName ?? nameOfFolder(project.root),
    packageName,
    tags: [...new Set([...packageTags(packageJson), ...allTexts(sources, 'tags')])],
    implicitDependencies: [...new Set(allTexts(sources, 'implicitDependencies'))],
    manifestDependencies: packageJson === null ? [] : readManifestDependencies(packageJson),
    namedInputs: mergeObjects(sources, 'namedInputs'),
    targets: sources.map(readTargets).reduce(mergeTargets, scripts),
    layer: 'explicit',
    metadata: readMetadata(packageJson, sources),
    locate: (path) => locateIn(packageJson, projectJson, path),
  };
}

interface Source {
  readonly manifest: ManifestFile;
  readonly prefix: ManifestPath;
}

/** `includedScripts` restricts which scripts are targets; it may name scripts only. */
function readScripts(packageJson: ManifestFile): RawTargets {
  const scripts = packageJson.textEntries(['scripts']);
  const included = packageJson.has(['nx', 'includedScripts']) ? packageJson.texts(['nx', 'includedScripts']) : null;
  const kept = scripts.filter(([script]) => included === null || included.includes(script));
  const lines = new Map(scripts);
  return Object.fromEntries(
    kept.map(([script, line]) => [
      script,
      { executor: 'nx:run-script', options: { script }, metadata: describeScript(script, line, lines) },
    ]),
  );
}

/** npm runs `prebuild` and `postbuild` around `build`. */
function describeScript(script: string, line: string, lines: ReadonlyMap<string, string>): JsonObject {
  const pre = lines.get(`pre${script}`);
  const post = lines.get(`post${script}`);
  return {
    scriptContent: line,
    ...(pre === undefined ? {} : { preScriptContent: pre }),
    ...(post === undefined ? {} : { postScriptContent: post }),
  };
}

function readTargets({ manifest, prefix }: Source): RawTargets {
  const targets = manifest.objectEntries([...prefix, 'targets']);
  return Object.fromEntries(targets.map(([name, target]) => [name, restoreAdopted(target)]));
}

const dependencyKeys = {
  dependencies: 'production',
  devDependencies: 'development',
  peerDependencies: 'peer',
  optionalDependencies: 'optional',
} as const;

export function readManifestDependencies(packageJson: ManifestFile): readonly ManifestDependency[] {
  return Object.entries(dependencyKeys).flatMap(([key, kind]) =>
    packageJson.textEntries([key]).map(([packageName, specifier]) => ({ packageName, kind, specifier })),
  );
}

/** The tags that Nx gives to every package. */
function packageTags(packageJson: ManifestFile | null): readonly string[] {
  if (packageJson === null) return [];
  const visibility = packageJson.root['private'] === true ? 'npm:private' : 'npm:public';
  return [visibility, ...packageJson.texts(['keywords']).map((keyword) => `npm:${keyword}`)];
}

function readMetadata(packageJson: ManifestFile | null, sources: readonly Source[]): JsonObject {
  const description = packageJson?.text(['description']) ?? null;
  const packageVersion = packageJson?.text(['version']) ?? null;
  const projectType = lastText(sources, 'projectType');
  const sourceRoot = lastText(sources, 'sourceRoot');
  return {
    ...(description === null ? {} : { description }),
    ...(packageVersion === null ? {} : { packageVersion }),
    ...(projectType === null ? {} : { projectType }),
    ...(sourceRoot === null ? {} : { sourceRoot }),
    ...mergeObjects(sources, 'metadata'),
  };
}

/** By key, later sources over earlier ones. */
function mergeObjects(sources: readonly Source[], key: string): JsonObject {
  return sources.reduce<JsonObject>(
    (merged, { manifest, prefix }) => ({ ...merged, ...manifest.object([...prefix, key]) }),
    {},
  );
}

function lastText(sources: readonly Source[], key: string): string | null {
  const texts = sources.map(({ manifest, prefix }) => manifest.text([...prefix, key]));
  return texts.findLast((text) => text !== null) ?? null;
}

function allTexts(sources: readonly Source[], key: string): readonly string[] {
  return sources.flatMap(({ manifest, prefix }) => manifest.texts([...prefix, key]));
}

/** As Nx names a project that names itself nowhere. The root has no folder name that is the same everywhere. */
function nameOfFolder(root: WorkspacePath): string {
  return root === '' ? 'root' : root.slice(root.lastIndexOf('/') + 1).toLowerCase();
}

function locateIn(
  packageJson: ManifestFile | null,
  projectJson: ManifestFile | null,
  path: ManifestPath,
): SourceLocation | null {
  const [section, name] = path;
  const script: ManifestPath | null = section === 'targets' && name !== undefined ? ['scripts', name] : null;
  return (
    projectJson?.locate(path) ??
    packageJson?.locate(['nx', ...path]) ??
    (script === null ? null : packageJson?.locate(script)) ??
    packageJson?.locate(path) ??
    null
  );
}
