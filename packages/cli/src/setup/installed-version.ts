import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

/** The version of a package as the workspace's root finds it; null where it is not installed. */
export function findInstalledVersion(rootAbsolute: string, name: string): string | null {
  try {
    const file = createRequire(join(rootAbsolute, 'package.json')).resolve(`${name}/package.json`);
    const { version } = JSON.parse(readFileSync(file, 'utf8')) as { readonly version?: unknown };
    return typeof version === 'string' ? version : null;
  } catch {
    // Not there, or not to be read: for whoever asks it comes to the same.
    return null;
  }
}

/** Major, minor and patch; what stands behind a `-` does not count. Null for anything else. */
export function parseVersion(text: string): readonly [major: number, minor: number, patch: number] | null {
  const [, major, minor, patch] = /^v?(\d{1,6})\.(\d{1,6})\.(\d{1,6})(?:[-+].*)?$/.exec(text) ?? [];
  return patch === undefined ? null : [Number(major), Number(minor), Number(patch)];
}

/** Below zero: `a` is older. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [parseVersion(a) ?? [0, 0, 0], parseVersion(b) ?? [0, 0, 0]];
  return left[0] - right[0] || left[1] - right[1] || left[2] - right[2];
}

/** Of `nx`, for the plugin: from the first, up to but not including the second. */
export const supportedNx = { from: '20.4.0', below: '25.0.0' } as const;

export function isSupportedNx(version: string): boolean {
  return compareVersions(version, supportedNx.from) >= 0 && compareVersions(version, supportedNx.below) < 0;
}
