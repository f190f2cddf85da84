import { asWorkspacePath } from '@larder/core';
import type { ExternalPackage, WorkspaceFiles, WorkspacePath } from '@larder/core';

const folder = 'patches';

/**
 * The patches that patch-package applies after an install, for package managers that cannot patch: their
 * names say what they are for, `@scope+name+1.2.3.patch`, or with another package in front (`a++b+1.2.3.patch`) for
 * one that only that package uses. https://github.com/ds300/patch-package#readme
 */
export function* findPatchPackagePatches(
  files: WorkspaceFiles,
  packages: Iterable<ExternalPackage>,
): Generator<readonly [string, WorkspacePath]> {
  const patches = new Map<string, WorkspacePath[]>();
  for (const path of files.under(asWorkspacePath(folder))) {
    const name = readPatchedName(path.slice(folder.length + 1));
    if (name !== null) patches.set(name, [...(patches.get(name) ?? []), path]);
  }
  if (patches.size === 0) return;
  // The version in the name is where the patch was made; patch-package tries it on others too, and warns.
  for (const { key, name } of packages) for (const path of patches.get(name) ?? []) yield [key, path];
}

function readPatchedName(file: string): string | null {
  const last = file.split('++').at(-1) ?? '';
  const parsed = /^(?<name>(?:@[^+/]+\+)?[^+/]+)\+[^/]+\.patch$/.exec(last);
  return parsed?.groups?.['name']?.replace('+', '/') ?? null;
}
