import { asWorkspacePath, isJsonObject, ownValue } from '@larder/core';
import type { ExternalPackage, JsonObject, WorkspacePath } from '@larder/core';

import { parseYaml } from '../parse-yaml.ts';
import { objectAt, sortKeys, textAt } from './parsed-lockfile.ts';
import type { LockfileResult, LockfileText } from './parsed-lockfile.ts';

/**
 * pnpm-lock.yaml of versions 6 and 9: importers by folder; in 9 `packages` by `name@version` and `snapshots` by
 * `name@version(peers)`, in 6 both together under `packages`, with a leading slash. Newer pnpm puts a document
 * about itself before the lockfile. https://github.com/pnpm/spec/tree/master/lockfile
 */
export async function parsePnpmLockfile({ path, text }: LockfileText): Promise<LockfileResult> {
  const { documents, problems } = await parseYaml(text, path);
  if (problems.length > 0) return { kind: 'malformed', problems };
  const lockfile = documents.at(-1);
  const version = readVersion(lockfile);
  if (!isJsonObject(lockfile) || version < 6 || version >= 10) {
    return { kind: 'unsupported', detail: 'only versions 6 to 9 of pnpm-lock.yaml are read' };
  }
  const reader = new PnpmReader(lockfile);
  const packages = reader.readPackages();
  const resolutions = reader.readImporters();
  return {
    kind: 'parsed',
    lockfile: {
      packages,
      resolutions,
      patches: findPatches(objectAt(lockfile, 'patchedDependencies'), packages.values()),
      isComplete: reader.isComplete,
    },
  };
}

/** By `name@version`, or by the name alone for all its versions. Newer pnpm leaves the path to pnpm-workspace.yaml. */
function findPatches(patched: JsonObject, packages: Iterable<ExternalPackage>): ReadonlyMap<string, WorkspacePath> {
  const patches = new Map<string, WorkspacePath>();
  for (const { key, name, version } of packages) {
    const entry = ownValue(patched, `${name}@${version}`) ?? ownValue(patched, name);
    const path = textAt(entry, 'path');
    if (path !== null) patches.set(key, asWorkspacePath(path));
  }
  return patches;
}

const dependencyKeys = ['dependencies', 'optionalDependencies'];

class PnpmReader {
  isComplete = true;
  readonly #lockfile: JsonObject;
  readonly #snapshots: JsonObject;
  readonly #infos: JsonObject;

  constructor(lockfile: JsonObject) {
    this.#lockfile = lockfile;
    this.#infos = objectAt(lockfile, 'packages');
    this.#snapshots = isJsonObject(lockfile['snapshots']) ? lockfile['snapshots'] : this.#infos;
  }

  readPackages(): ReadonlyMap<string, ExternalPackage> {
    const packages = new Map<string, ExternalPackage>();
    for (const [path, snapshot] of Object.entries(this.#snapshots)) {
      const key = toKey(path);
      const info = isJsonObject(this.#infos[path]) ? this.#infos[path] : objectAt(this.#infos, withoutPeers(path));
      const bare = withoutPeers(key);
      const at = bare.indexOf('@', 1);
      const dependencies = dependencyKeys.flatMap((section) => this.#resolveAll(objectAt(snapshot, section)));
      packages.set(key, {
        key,
        name: bare.slice(0, at),
        version: bare.slice(at + 1),
        integrity: readIntegrity(objectAt(info, 'resolution')),
        dependencies: sortKeys(dependencies.map(([, dependency]) => dependency)),
      });
    }
    return packages;
  }

  readImporters(): ReadonlyMap<WorkspacePath, ReadonlyMap<string, string>> {
    const importers = isJsonObject(this.#lockfile['importers']) ? this.#lockfile['importers'] : { '.': this.#lockfile };
    const resolutions = new Map<WorkspacePath, ReadonlyMap<string, string>>();
    for (const [folder, importer] of Object.entries(importers)) {
      const found = [...dependencyKeys, 'devDependencies'].flatMap((key) => this.#resolveAll(objectAt(importer, key)));
      resolutions.set(asWorkspacePath(folder === '.' ? '' : folder), new Map(found));
    }
    return resolutions;
  }

  #resolveAll(dependencies: JsonObject): (readonly [string, string])[] {
    return Object.entries(dependencies).flatMap(([name, value]) => {
      const reference = typeof value === 'string' ? value : textAt(value, 'version');
      if (reference === null || reference.startsWith('link:')) return [];
      // An alias holds the whole path of another package; all else is a version of the package with that name.
      const candidates = [reference, `${name}@${reference}`, `/${name}@${reference}`];
      const path = candidates.find((candidate) => Object.hasOwn(this.#snapshots, candidate));
      if (path === undefined) this.isComplete = false;
      return path === undefined ? [] : [[name, toKey(path)] as const];
    });
  }
}

function readVersion(lockfile: unknown): number {
  const version = isJsonObject(lockfile) ? lockfile['lockfileVersion'] : undefined;
  return typeof version === 'number' || typeof version === 'string' ? Number.parseFloat(`${version}`) : Number.NaN;
}

function toKey(path: string): string {
  return path.startsWith('/') ? path.slice(1) : path;
}

function withoutPeers(path: string): string {
  const start = path.indexOf('(');
  return start === -1 ? path : path.slice(0, start);
}

function readIntegrity(resolution: JsonObject): string {
  return textAt(resolution, 'integrity') ?? (Object.keys(resolution).length === 0 ? '' : JSON.stringify(resolution));
}
