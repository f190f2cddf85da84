import { asWorkspacePath, lockfileNames, ownValue } from '@larder/core';
import type { WorkspaceFiles, WorkspacePath } from '@larder/core';

export type LockfileName = (typeof lockfileNames)[number];

export interface Lockfile {
  readonly name: LockfileName;
  readonly path: WorkspacePath;
}

const namesByManager: Readonly<Record<string, readonly LockfileName[]>> = {
  bun: ['bun.lock', 'bun.lockb'],
  yarn: ['yarn.lock'],
  pnpm: ['pnpm-lock.yaml'],
  npm: ['npm-shrinkwrap.json', 'package-lock.json'],
};

/** `packageManager` is the key of the root's package.json, such as `pnpm@9.1.0`. */
export function findLockfile(files: WorkspaceFiles, packageManager: string | null): Lockfile | null {
  const manager = packageManager?.split('@')[0] ?? '';
  const preferred = ownValue(namesByManager, manager) ?? [];
  for (const name of [...preferred, ...lockfileNames]) {
    const path = asWorkspacePath(name);
    if (files.has(path)) return { name, path };
  }
  return null;
}
