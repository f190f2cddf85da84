import type {
  Digest,
  ExternalPackage,
  Externals,
  GraphContext,
  ManifestDependency,
  Problem,
  WorkspacePath,
} from '@larder/core';

import { digest } from '../digest.ts';
import type { ManifestFile } from '../manifest/manifest-file.ts';
import { readReporting } from '../manifest/manifest-file.ts';
import { readCachedLockfile, writeCachedLockfile } from './externals-cache.ts';
import { findPatchPackagePatches } from './find-patch-package-patches.ts';
import { findLockfile } from './find-lockfile.ts';
import type { Lockfile } from './find-lockfile.ts';
import type { LockfileResult, LockfileText, ParsedLockfile } from './parsed-lockfile.ts';

/** Raise it when a parser changes what it makes of the same file. */
const parserVersion = 2;

export interface ExternalsSources {
  /** What each project's manifest asks for. */
  readonly importers: ReadonlyMap<WorkspacePath, readonly ManifestDependency[]>;
  readonly rootManifest: ManifestFile | null;
}

export interface ExternalsResult {
  /** Null in a workspace without a lockfile. */
  readonly externals: Externals | null;
  /** Warnings: a lockfile that cannot be read counts as a whole, which is slower and never wrong. */
  readonly problems: readonly Problem[];
}

/** Reads the workspace's lockfile, from the cache in the state folder where it was parsed before. */
export async function readExternals(context: GraphContext, sources: ExternalsSources): Promise<ExternalsResult> {
  const lockfile = findLockfile(context.files, sources.rootManifest?.text(['packageManager']) ?? null);
  const facts = lockfile === null ? null : context.files.factsOf(lockfile.path);
  if (lockfile === null || facts === null) return { externals: null, problems: [] };
  // Yarn 1 leaves it to the manifests what a project asks for.
  const manifests = lockfile.name === 'yarn.lock' ? [...sources.importers] : [];
  const key = digest(JSON.stringify([parserVersion, lockfile.path, facts.digest, manifests]));
  const cached = readCachedLockfile(context.stateDirectoryAbsolute, key, context.log);
  if (cached !== null) return { externals: toExternals(context, cached, facts.digest), problems: [] };
  const problems: Problem[] = [];
  const text = readReporting(context, lockfile.path, problems);
  if (text === null) return { externals: asWhole(facts.digest), problems };
  const result = await parseLockfile(lockfile, { path: lockfile.path, text, importers: sources.importers });
  if (result.kind !== 'parsed') {
    return { externals: asWhole(facts.digest), problems: describeFailure(lockfile, result) };
  }
  writeCachedLockfile(context.stateDirectoryAbsolute, key, { lockfile: result.lockfile, log: context.log });
  return { externals: toExternals(context, result.lockfile, facts.digest), problems };
}

/** Each parser, with what it needs, is loaded when its lockfile has changed. */
async function parseLockfile(lockfile: Lockfile, text: LockfileText): Promise<LockfileResult> {
  switch (lockfile.name) {
    case 'package-lock.json':
    case 'npm-shrinkwrap.json':
      return (await import('./parse-npm-lockfile.ts')).parseNpmLockfile(text);
    case 'pnpm-lock.yaml':
      return (await import('./parse-pnpm-lockfile.ts')).parsePnpmLockfile(text);
    case 'yarn.lock':
      return (await import('./parse-yarn-lockfile.ts')).parseYarnLockfile(text);
    case 'bun.lock':
      return (await import('./parse-bun-lockfile.ts')).parseBunLockfile(text);
    case 'bun.lockb':
      return { kind: 'unsupported', detail: 'bun.lockb is binary; `bun install --save-text-lockfile` writes bun.lock' };
  }
}

function toExternals(context: GraphContext, lockfile: ParsedLockfile, lockfileDigest: Digest): Externals {
  const packages = new Map<string, ExternalPackage>(lockfile.packages);
  for (const [key, patch] of [...lockfile.patches, ...findPatchPackagePatches(context.files, packages.values())]) {
    const patched = packages.get(key);
    const patchDigest = context.files.factsOf(patch)?.digest ?? 'missing';
    if (patched !== undefined)
      packages.set(key, { ...patched, integrity: `${patched.integrity} patch:${patchDigest}` });
  }
  return { packages, resolutions: lockfile.resolutions, globalKey: lockfile.isComplete ? '' : lockfileDigest };
}

function asWhole(lockfileDigest: Digest): Externals {
  return { packages: new Map(), resolutions: new Map(), globalKey: lockfileDigest };
}

function describeFailure(lockfile: Lockfile, result: Exclude<LockfileResult, { kind: 'parsed' }>): readonly Problem[] {
  switch (result.kind) {
    case 'malformed':
      return result.problems.map((problem) => ({ ...problem, severity: 'warning' }));
    case 'unsupported':
      return [{ code: 'unsupported', severity: 'warning', feature: lockfile.name, detail: result.detail }];
  }
}
