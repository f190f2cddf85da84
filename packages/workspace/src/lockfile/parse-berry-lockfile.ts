import { asWorkspacePath, isJsonObject } from '@larder/core';
import type { ExternalPackage, JsonObject, WorkspacePath } from '@larder/core';

import { parseYaml } from '../parse-yaml.ts';
import { DescriptorIndex } from './descriptor-index.ts';
import { objectAt, sortKeys, textAt } from './parsed-lockfile.ts';
import type { LockfileResult, LockfileText } from './parsed-lockfile.ts';

/**
 * yarn.lock of yarn 2 and newer: entries headed by the descriptors that a package satisfies; projects are entries
 * whose `resolution` is `name@workspace:folder`. Peers are not listed, since each project resolves them for itself.
 */
export async function parseBerryLockfile({ path, text }: LockfileText): Promise<LockfileResult> {
  const { documents, problems } = await parseYaml(text, path);
  if (problems.length > 0) return { kind: 'malformed', problems };
  const [lockfile] = documents;
  if (!isJsonObject(lockfile)) return { kind: 'unsupported', detail: 'yarn.lock holds no entries' };
  const entries = Object.entries(lockfile).flatMap(([heading, value]) => toEntry(heading, value));
  const index = new DescriptorIndex();
  for (const entry of entries) {
    if (entry.folder !== null) continue;
    for (const descriptor of entry.descriptors) index.add(descriptor, entry);
  }
  const packages = new Map<string, ExternalPackage>();
  const resolutions = new Map<WorkspacePath, ReadonlyMap<string, string>>();
  const patched = indexPatched(entries);
  for (const entry of entries) {
    const found = findDependencies({ index, patched }, entry.value);
    if (entry.folder === null) packages.set(entry.key, toPackage(entry, withUnpatched(found, entry, index)));
    else resolutions.set(entry.folder, found);
  }
  const patches = new Map([...packages.keys()].flatMap((key) => findPatch(key)));
  return { kind: 'parsed', lockfile: { packages, resolutions, patches, isComplete: index.isComplete } };
}

/** `ms@patch:ms@npm%3A2.1.3#~/patches/ms.patch::version=…`; patches that yarn itself brings start with `~builtin`. */
function findPatch(key: string): (readonly [string, WorkspacePath])[] {
  const path = /@patch:[^#]*#(?:~|\.)\/(?<path>[^:&]+)/.exec(key)?.groups?.['path'];
  return path === undefined ? [] : [[key, asWorkspacePath(path)]];
}

interface Entry {
  readonly descriptors: readonly string[];
  readonly key: string;
  readonly name: string;
  /** Null for an external package. */
  readonly folder: WorkspacePath | null;
  readonly value: JsonObject;
}

const workspaceMarker = '@workspace:';

function toEntry(heading: string, value: unknown): Entry[] {
  const key = textAt(value, 'resolution');
  if (key === null || !isJsonObject(value)) return [];
  const name = key.slice(0, key.indexOf('@', 1));
  const marker = key.indexOf(workspaceMarker, 1);
  const folder = marker === name.length ? key.slice(marker + workspaceMarker.length) : null;
  return [{ descriptors: heading.split(', '), key, name, folder: folder === null ? null : toRoot(folder), value }];
}

function toRoot(folder: string): WorkspacePath {
  return asWorkspacePath(folder === '.' ? '' : folder);
}

interface Lookup {
  readonly index: DescriptorIndex;
  readonly patched: ReadonlyMap<string, string>;
}

/**
 * With `resolutions` in the root's manifest, who asks for a package gets a patched one and the lockfile does not say
 * so. So whoever asks for what has a patch counts as using the patch; it depends on what it patches.
 */
function indexPatched(entries: readonly Entry[]): ReadonlyMap<string, string> {
  return new Map(
    entries.flatMap(({ key }) => {
      const descriptor = readPatchedDescriptor(key);
      return descriptor === null ? [] : [[descriptor, key] as const];
    }),
  );
}

/** `ms@npm:2.1.3` of `ms@patch:ms@npm%3A2.1.3#…`. */
function readPatchedDescriptor(key: string): string | null {
  const encoded = /^@?[^@]+@patch:(?<source>[^#]+)#/.exec(key)?.groups?.['source'];
  try {
    return encoded === undefined ? null : decodeURIComponent(encoded);
  } catch {
    // Not what yarn writes.
    return null;
  }
}

function withUnpatched(
  found: ReadonlyMap<string, string>,
  entry: Entry,
  index: DescriptorIndex,
): ReadonlyMap<string, string> {
  const descriptor = readPatchedDescriptor(entry.key);
  if (descriptor === null) return found;
  const at = descriptor.indexOf('@', 1);
  const source = index.find(descriptor.slice(0, at), descriptor.slice(at + 1));
  return source === null || source === entry.key ? found : new Map([...found, ['', source]]);
}

function findDependencies({ index, patched }: Lookup, value: JsonObject): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const [name, range] of Object.entries(objectAt(value, 'dependencies'))) {
    if (typeof range !== 'string' || range.startsWith('workspace:')) continue;
    const key = patched.get(`${name}@${range}`) ?? index.find(name, range);
    if (key !== null) found.set(name, key);
  }
  return found;
}

function toPackage(entry: Entry, dependencies: ReadonlyMap<string, string>): ExternalPackage {
  return {
    key: entry.key,
    name: entry.name,
    version: textAt(entry.value, 'version') ?? '',
    integrity: textAt(entry.value, 'checksum') ?? '',
    dependencies: sortKeys(dependencies.values()),
  };
}
