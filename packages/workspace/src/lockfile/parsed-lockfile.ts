import { compareCodeUnits, isJsonObject, ownValue } from '@larder/core';
import type { ExternalPackage, JsonObject, ManifestDependency, Problem, WorkspacePath } from '@larder/core';

export interface LockfileText {
  readonly path: WorkspacePath;
  readonly text: string;
  /** What each project's manifest asks for; needed where the lockfile itself does not say it (yarn 1). */
  readonly importers: ReadonlyMap<WorkspacePath, readonly ManifestDependency[]>;
}

export interface ParsedLockfile {
  readonly packages: ReadonlyMap<string, ExternalPackage>;
  readonly resolutions: ReadonlyMap<WorkspacePath, ReadonlyMap<string, string>>;
  /** Packages whose bytes a file of the workspace changes after they are installed, by key. */
  readonly patches: ReadonlyMap<string, WorkspacePath>;
  /** False where something is asked for that the parser did not find: then only the whole file is safe to hash. */
  readonly isComplete: boolean;
}

export type LockfileResult =
  | { readonly kind: 'parsed'; readonly lockfile: ParsedLockfile }
  | { readonly kind: 'malformed'; readonly problems: readonly Problem[] }
  | { readonly kind: 'unsupported'; readonly detail: string };

/** The value of a key as an object; anything else counts as empty. */
export function objectAt(parent: unknown, key: string): JsonObject {
  const value = isJsonObject(parent) ? ownValue(parent, key) : undefined;
  return isJsonObject(value) ? value : {};
}

export function textAt(parent: unknown, key: string): string | null {
  const value = isJsonObject(parent) ? ownValue(parent, key) : undefined;
  return typeof value === 'string' ? value : null;
}

/** Sorted and without duplicates, so that equal dependencies are equal lists. */
export function sortKeys(keys: Iterable<string>): readonly string[] {
  return [...new Set(keys)].sort(compareCodeUnits);
}
