import { asWorkspacePath, isJsonObject, parseJsonc } from '@larder/core';
import type { JsonObject, WorkspacePath } from '@larder/core';

import { labelPackages } from './label-packages.ts';
import type { PlacedPackage } from './label-packages.ts';
import { objectAt, sortKeys, textAt } from './parsed-lockfile.ts';
import type { LockfileResult, LockfileText } from './parsed-lockfile.ts';

/**
 * package-lock.json and npm-shrinkwrap.json of lockfileVersion 2 and 3: `packages` maps each place of the installed
 * tree to what is there, and a dependency is found as Node finds it, in the nearest `node_modules` above.
 * https://docs.npmjs.com/cli/v11/configuring-npm/package-lock-json
 */
export function parseNpmLockfile({ path, text }: LockfileText): LockfileResult {
  const parsed = parseJsonc(text, path);
  if (parsed.problems.length > 0) return { kind: 'malformed', problems: parsed.problems };
  if (!isJsonObject(parsed.value) || !isJsonObject(parsed.value['packages'])) {
    return { kind: 'unsupported', detail: 'lockfileVersion 1 is not read; npm 7 or newer writes a newer one' };
  }
  const entries = new Map(Object.entries(parsed.value['packages']).map(([place, entry]) => [place, toEntry(entry)]));
  const placed = new Map<string, PlacedPackage>();
  const asked = new Map<WorkspacePath, ReadonlyMap<string, string>>();
  for (const [place, entry] of entries) {
    const isInstalled = place.includes('node_modules/');
    // A link stands for a folder of the workspace, which has an entry of its own.
    if (isInstalled && entry['link'] === true) continue;
    const found = findDependencies(entries, place, isInstalled ? installedKeys : importerKeys);
    if (isInstalled) placed.set(place, toPackage(place, entry, [...found.values()]));
    else asked.set(asWorkspacePath(place), found);
  }
  const { packages, keyByPlace } = labelPackages(placed);
  const resolutions = new Map<WorkspacePath, ReadonlyMap<string, string>>();
  for (const [root, found] of asked) {
    resolutions.set(root, new Map([...found].flatMap(([name, place]) => toPair(name, keyByPlace.get(place)))));
  }
  return { kind: 'parsed', lockfile: { packages, resolutions, patches: new Map(), isComplete: true } };
}

type Entries = ReadonlyMap<string, JsonObject>;

const installedKeys = ['dependencies', 'optionalDependencies', 'peerDependencies'];
const importerKeys = [...installedKeys, 'devDependencies'];

/** Dependency name -> place. What is optional and was not installed has no place. */
function findDependencies(entries: Entries, from: string, keys: readonly string[]): ReadonlyMap<string, string> {
  const entry = entries.get(from);
  const names = sortKeys(keys.flatMap((key) => Object.keys(objectAt(entry, key))));
  return new Map(names.flatMap((name) => toPair(name, findPlace(entries, from, name))));
}

function findPlace(entries: Entries, from: string, name: string): string | undefined {
  for (let folder = from; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/')))) {
    const place = folder === '' ? `node_modules/${name}` : `${folder}/node_modules/${name}`;
    if (entries.has(place)) return place;
    if (folder === '') return undefined;
  }
}

function toPackage(place: string, entry: JsonObject, dependencies: readonly string[]): PlacedPackage {
  const marker = 'node_modules/';
  return {
    // An alias is installed under another name than its own.
    name: textAt(entry, 'name') ?? place.slice(place.lastIndexOf(marker) + marker.length),
    version: textAt(entry, 'version') ?? '',
    integrity: textAt(entry, 'integrity') ?? textAt(entry, 'resolved') ?? '',
    dependencies,
  };
}

function toEntry(value: unknown): JsonObject {
  return isJsonObject(value) ? value : {};
}

function toPair(name: string, value: string | undefined): (readonly [string, string])[] {
  return value === undefined ? [] : [[name, value]];
}
