import { isJsonObject, type InputKind, type JsonObject, type OptionsResult } from '@larder/core';

/** The key in an `inputs` array. */
export const ignoredFilesKind = 'ignoredFiles';

/**
 * Files that git ignores and a task names all the same, such as `.env`: `{ "ignoredFiles": { "include",
 * "exclude" } }`, patterns relative to the workspace. Those that git does not ignore are other inputs'.
 * The value holds the path, executable bit and digest of each file.
 */
export const ignoredFiles: InputKind = {
  kind: ignoredFilesKind,
  parseOptions,
  ignoresTask: true,
  followsFromPaths: true,
  read: async ({ workspaceRootAbsolute, files, signal, sawPath }, options) => {
    const { readIgnoredFiles } = await import('./read-ignored-files.ts');
    return readIgnoredFiles(workspaceRootAbsolute, {
      include: options['include'] as readonly string[],
      exclude: options['exclude'] as readonly string[],
      isListed: (path) => files.has(path),
      signal,
      sawPath,
    });
  },
};

function parseOptions(value: unknown): OptionsResult<JsonObject> {
  if (isJsonObject(value) && isTexts(value['include']) && isTexts(value['exclude'] ?? [])) {
    return { kind: 'valid', options: { include: value['include'], exclude: value['exclude'] ?? [] } };
  }
  const allowed = 'an object with "include" and "exclude", arrays of patterns';
  return { kind: 'invalid', issues: [{ path: '', found: typeof value, allowed }] };
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}
