import { asWorkspacePath, isJsonObject, parseJsonc, type GraphContext, type WorkspacePath } from '@larder/core';

/** What turbo.json is about: a folder with a package.json. */
export interface TurboPackage {
  readonly root: WorkspacePath;
  /** Null where the manifest gives none. */
  readonly name: string | null;
  /** Name -> command line. */
  readonly scripts: ReadonlyMap<string, string>;
  /** Names of all that it depends on, in any way. */
  readonly dependencies: ReadonlySet<string>;
  readonly manifest: WorkspacePath;
  /** Whether the manifest names the folders of other packages. */
  readonly hasWorkspaces: boolean;
  /** Its own turbo.json or turbo.jsonc. */
  readonly turboFile: WorkspacePath | null;
}

/** Every package.json of the repository, members of the workspace or not. What is wrong in one is told elsewhere. */
export function listPackages(context: GraphContext): readonly TurboPackage[] {
  return context.files.paths
    .filter((path) => path === 'package.json' || path.endsWith('/package.json'))
    .map((path) => readPackage(context, path));
}

function readPackage(context: GraphContext, path: WorkspacePath): TurboPackage {
  const root = asWorkspacePath(path.slice(0, Math.max(0, path.length - '/package.json'.length)));
  const parsed = parseJsonc(readText(context, path), path).value;
  const manifest = isJsonObject(parsed) ? parsed : {};
  const keysOf = (key: string): readonly string[] => (isJsonObject(manifest[key]) ? Object.keys(manifest[key]) : []);
  const name = manifest['name'];
  const scripts = isJsonObject(manifest['scripts']) ? Object.entries(manifest['scripts']) : [];
  return {
    root,
    name: typeof name === 'string' && name !== '' ? name : null,
    scripts: new Map(scripts.filter((entry): entry is [string, string] => typeof entry[1] === 'string')),
    dependencies: new Set(dependencyKeys.flatMap(keysOf)),
    manifest: path,
    hasWorkspaces: manifest['workspaces'] !== undefined,
    turboFile: findTurboFile(context, root),
  };
}

function readText(context: GraphContext, path: WorkspacePath): string {
  try {
    return context.readText(path) ?? '';
  } catch {
    return '';
  }
}

const dependencyKeys = ['dependencies', 'devDependencies', 'peerDependencies', 'optionalDependencies'];

/** Turborepo refuses to choose where there are both; here turbo.json wins. */
export function findTurboFile(context: GraphContext, root: WorkspacePath): WorkspacePath | null {
  const candidates = ['turbo.json', 'turbo.jsonc'].map((name) =>
    asWorkspacePath(root === '' ? name : `${root}/${name}`),
  );
  return candidates.find((path) => context.files.has(path)) ?? null;
}
