import { isJsonObject, type JsonObject } from '@larder/core';

export interface ProjectFolder {
  /** The parsed package.json. */
  readonly manifest: JsonObject;
  /** Whether the project has source in a folder of this name. */
  readonly hasSource: (folder: string) => boolean;
  readonly exists: (folder: string) => boolean;
}

const usualFolders = ['dist', 'build', 'out', 'lib', 'es', 'esm', 'cjs', '.next', '.output'] as const;
const entryKeys = ['main', 'module', 'browser', 'types', 'typings', 'bin', 'exports'] as const;

/** The folders that a build writes, by what the manifest points into and what is there and ignored. */
export function findOutputFolders({ manifest, hasSource, exists }: ProjectFolder): readonly string[] {
  const named = entryKeys.flatMap((key) => listTexts(manifest[key])).flatMap((path) => folderOf(path) ?? []);
  const there = usualFolders.filter((folder) => exists(folder));
  return [...new Set([...named, ...there])].filter((folder) => !hasSource(folder));
}

/** Every text in a value, however deep: `exports` nests by condition. */
function listTexts(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap(listTexts);
  return isJsonObject(value) ? Object.values(value).flatMap(listTexts) : [];
}

/** Null for what stands in the project's own folder, elsewhere, or in a folder that a pattern names. */
function folderOf(path: string): string | null {
  const [first = '', ...rest] = path.replace(/^\.\//, '').split('/');
  return rest.length > 0 && /^[\w.@-]+$/.test(first) && !/^\.{0,2}$/.test(first) ? first : null;
}
