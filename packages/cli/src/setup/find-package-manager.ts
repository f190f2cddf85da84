import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isJsonObject, parseJsonc, asWorkspacePath } from '@larder/core';

export interface PackageManager {
  readonly name: 'npm' | 'pnpm' | 'yarn' | 'bun';
  /** As `packageManager` in package.json has it; null where nothing is said. */
  readonly version: string | null;
  readonly lockfiles: readonly string[];
}

const lockfiles: Readonly<Record<string, PackageManager['name']>> = {
  'pnpm-lock.yaml': 'pnpm',
  'yarn.lock': 'yarn',
  'bun.lock': 'bun',
  'bun.lockb': 'bun',
  'package-lock.json': 'npm',
  'npm-shrinkwrap.json': 'npm',
};

/** By `packageManager` in package.json, else by the lockfile, else npm. */
export function findPackageManager(rootAbsolute: string): PackageManager {
  const found = Object.keys(lockfiles).filter((name) => existsSync(join(rootAbsolute, name)));
  const [, named, version = null] = /^(npm|pnpm|yarn|bun)@([^+]+)/.exec(readField(rootAbsolute)) ?? [];
  const name = (named as PackageManager['name'] | undefined) ?? lockfiles[found[0] ?? ''] ?? 'npm';
  return { name, version, lockfiles: found };
}

/** Which package manager wrote a lockfile. */
export function ownerOfLockfile(name: string): PackageManager['name'] | undefined {
  return lockfiles[name];
}

function readField(rootAbsolute: string): string {
  try {
    const text = readFileSync(join(rootAbsolute, 'package.json'), 'utf8');
    const { value } = parseJsonc(text, asWorkspacePath('package.json'));
    const field = isJsonObject(value) ? value['packageManager'] : undefined;
    return typeof field === 'string' ? field : '';
  } catch {
    // A workspace may be without one.
    return '';
  }
}
