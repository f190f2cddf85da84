import { asWorkspacePath, ownValue } from '@larder/core';
import type { WorkspaceFiles, WorkspacePath } from '@larder/core';

/** In the order in which they count where a repository has several and names no package manager. */
export const lockfileNames = [
  'bun.lock',
  'bun.lockb',
  'yarn.lock',
  'pnpm-lock.yaml',
  'package-lock.json',
  'npm-shrinkwrap.json',
] as const;

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
