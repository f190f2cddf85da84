import { asWorkspacePath, isJsonObject, parseJsonc } from '@larder/core';
import type { JsonObject, JsonValue, WorkspacePath } from '@larder/core';

import { labelPackages } from './label-packages.ts';
import type { PlacedPackage } from './label-packages.ts';
import { objectAt, sortKeys, textAt } from './parsed-lockfile.ts';
import type { LockfileResult, LockfileText } from './parsed-lockfile.ts';

/**
 * bun.lock, JSON with trailing commas: `workspaces` by folder, and `packages` by their place, names joined with
 * slashes (`a/b` is the `b` that only `a` sees). A package is `[name@version, registry, info, integrity]`, shorter
 * where it does not come from a registry. https://bun.sh/docs/install/lockfile
 */
export function parseBunLockfile({ path, text }: LockfileText): LockfileResult {
  const parsed = parseJsonc(text, path);
  if (parsed.problems.length > 0) return { kind: 'malformed', problems: parsed.problems };
  const version = isJsonObject(parsed.value) ? parsed.value['lockfileVersion'] : undefined;
  // 0 to 2 differ in what they add to entries, not in how packages are found.
  if (version !== 0 && version !== 1 && version !== 2) {
    return { kind: 'unsupported', detail: `lockfileVersion ${JSON.stringify(version)} of bun is not known` };
  }
  const entries = new Map(Object.entries(objectAt(parsed.value, 'packages')));
  const placed = new Map<string, PlacedPackage>();
  for (const [place, entry] of entries) {
    const found = toPackage(entries, place, entry);
    if (found !== null) placed.set(place, found);
  }
  const { packages, keyByPlace } = labelPackages(placed);
  const resolutions = new Map<WorkspacePath, ReadonlyMap<string, string>>();
  for (const [folder, manifest] of Object.entries(objectAt(parsed.value, 'workspaces'))) {
    const from = folder === '' ? '' : (textAt(manifest, 'name') ?? '');
    const found = findDependencies(entries, from, manifest, importerKeys);
    const keys = [...found].flatMap(([name, place]) => toPair(name, keyByPlace.get(place)));
    resolutions.set(asWorkspacePath(folder), new Map(keys));
  }
  const patches = findPatches(objectAt(parsed.value, 'patchedDependencies'), packages.values());
  return { kind: 'parsed', lockfile: { packages, resolutions, patches, isComplete: true } };
}

type Entries = ReadonlyMap<string, JsonValue>;

const installedKeys = ['dependencies', 'optionalDependencies', 'peerDependencies'];
const importerKeys = [...installedKeys, 'devDependencies'];

/** Null for a package of the workspace. */
function toPackage(entries: Entries, place: string, entry: JsonValue): PlacedPackage | null {
  if (!Array.isArray(entry) || typeof entry[0] !== 'string') return null;
  const resolution = entry[0];
  const rest: readonly JsonValue[] = entry.slice(1);
  const at = resolution.indexOf('@', 1);
  const version = resolution.slice(at + 1);
  if (version.startsWith('workspace:')) return null;
  const last = rest.at(-1);
  return {
    name: resolution.slice(0, at),
    version,
    // Registry packages end with their integrity, git and tarball ones with a hash; a folder has neither.
    integrity: typeof last === 'string' ? last : '',
    dependencies: [...findDependencies(entries, place, rest.find(isJsonObject), installedKeys).values()],
  };
}

function findDependencies(
  entries: Entries,
  from: string,
  manifest: JsonValue | undefined,
  keys: readonly string[],
): ReadonlyMap<string, string> {
  const names = sortKeys(keys.flatMap((key) => Object.keys(objectAt(manifest, key))));
  return new Map(names.flatMap((name) => toPair(name, findPlace(entries, from, name))));
}

/** The nearest place above: `a/b/name`, then `a/name`, then `name`. Scopes hold a slash of their own. */
function findPlace(entries: Entries, from: string, name: string): string | undefined {
  const names = from.match(/(?:@[^/]+\/)?[^/]+/g) ?? [];
  for (let depth = names.length; depth >= 0; depth -= 1) {
    const place = [...names.slice(0, depth), name].join('/');
    if (entries.has(place)) return place;
  }
  return undefined;
}

function findPatches(
  patched: JsonObject,
  packages: Iterable<{ readonly key: string; readonly name: string; readonly version: string }>,
): ReadonlyMap<string, WorkspacePath> {
  const patches = new Map<string, WorkspacePath>();
  for (const { key, name, version } of packages) {
    const file = textAt(patched, `${name}@${version}`);
    if (file !== null) patches.set(key, asWorkspacePath(file));
  }
  return patches;
}

function toPair(name: string, value: string | undefined): (readonly [string, string])[] {
  return value === undefined ? [] : [[name, value]];
}
