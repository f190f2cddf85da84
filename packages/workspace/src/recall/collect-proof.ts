import { lstatSync } from 'node:fs';
import type { Stats } from 'node:fs';
import { dirname, join } from 'node:path';

import { workspaceConfigurationFiles, type WorkspacePath } from '@larder/core';

import { findRepository } from '../files/find-repository.ts';
import { gitRulesFiles } from '../files/rules-files.ts';
import { asksGitForModes } from '../git/create-executable-lookup.ts';
import { isRacy, readFileSystemClockSkewMs } from '../state/racy-clean.ts';
import { isAbsolutePath } from './is-absolute-path.ts';
import { listLinkSteps } from './list-link-steps.ts';
import { createStatProof, ProofKind, toDoubtfulRow, toProofRow } from './stat-proof.ts';
import type { ProofRow, StatProof } from './stat-proof.ts';

export interface ProofSubject {
  readonly rootAbsolute: string;
  readonly stateDirectoryAbsolute: string;
  /** All files of the workspace. */
  readonly files: readonly WorkspacePath[];
  /** All folders that were listed to find them. */
  readonly folders: readonly string[];
  /** Other paths that were looked at, there or not; relative to the root, or absolute. */
  readonly others: readonly string[];
  /** Wall clock, milliseconds since the epoch, before anything was read. */
  readonly startedAtMs: number;
  /** Whether listed files and folders that changed since get doubtful rows, and do not end the collection. */
  readonly doubtsListed: boolean;
  /** Rows that are proved already: outputs of tasks. */
  readonly rows: readonly ProofRow[];
}

export type CollectedProof =
  | { readonly kind: 'proof'; readonly proof: StatProof }
  /**
   * Something changed since the command began, or so shortly before that a change could have gone unseen: what it
   * found out need not fit what stands there now. `detail` is for the log.
   */
  | { readonly kind: 'none'; readonly detail: string };

/** Rows for everything that a command may have read. */
export function collectProof(subject: ProofSubject): CollectedProof {
  const { rootAbsolute, startedAtMs, doubtsListed } = subject;
  const skewMs = readFileSystemClockSkewMs(subject.stateDirectoryAbsolute);
  if (skewMs === null) return { kind: 'none', detail: 'the state folder cannot be written' };
  const rows: ProofRow[] = [];
  const doubtful: ProofRow[] = [];
  const linkSteps = new Set<string>();
  // A set that grows while it is walked visits what was added.
  const paths = new Set<string>([...subject.folders, ...subject.files]);
  let listedAhead = paths.size;
  const others = new Set([...listOuterFiles(rootAbsolute), ...subject.others]);
  for (const path of others) paths.add(path);
  for (const path of paths) {
    const isListed = (listedAhead -= 1) >= 0;
    const stats = statOf(rootAbsolute, path);
    if (stats === undefined ? isListed : isRacy(stats.mtimeMs, stats.ctimeMs, startedAtMs + skewMs)) {
      // Below the root lies everything.
      if (!doubtsListed || !isListed || others.has(path) || path === '') {
        return { kind: 'none', detail: `${path === '' ? '.' : path} has just changed` };
      }
      doubtful.push(toDoubtfulRow(path, stats));
      continue;
    }
    rows.push(toProofRow(path, ProofKind.same, stats));
    // Configuration may be read through a link, which stays the same when what is behind it does not.
    if (stats?.isSymbolicLink() !== true || linkSteps.has(path)) continue;
    for (const step of listLinkSteps(absoluteOf(rootAbsolute, path))) {
      paths.add(step);
      linkSteps.add(step);
    }
  }
  // A repository changes all the time: what counts is that it is there, and that no other is in between.
  const repositories = listFoldersAbove(rootAbsolute).map((folder) => join(folder, '.git'));
  for (const path of repositories) rows.push(toProofRow(path, ProofKind.sameMode, statOf(rootAbsolute, path)));
  // Of two rows for a path the later one counts: an output that is right now may have been another when it was an input.
  return { kind: 'proof', proof: createStatProof([...rows, ...subject.rows, ...doubtful]) };
}

/** Read whether git ignores them or not. */
const rootFiles = [
  ...workspaceConfigurationFiles,
  'package.json',
  'pnpm-workspace.yaml',
  // What package managers write when they install something, and what says that Nx is there.
  'node_modules',
  'node_modules/.package-lock.json',
  'node_modules/.modules.yaml',
  'node_modules/.yarn-state.yml',
  'node_modules/.yarn-integrity',
  'node_modules/nx/package.json',
];

/** What decides beside the listed files which files there are and how they count. */
function listOuterFiles(rootAbsolute: string): readonly string[] {
  const repository = findRepository(rootAbsolute);
  if (repository === null) return rootFiles;
  const own = ['config', 'info/exclude'].map((name) => join(repository.commonDirectoryAbsolute, name));
  const above = listFoldersAbove(rootAbsolute, repository.rootAbsolute);
  const index = asksGitForModes(rootAbsolute, process.platform) ? [join(repository.gitDirectoryAbsolute, 'index')] : [];
  return [
    ...rootFiles,
    ...own,
    ...index,
    ...above.flatMap((folder) => gitRulesFiles.map((name) => join(folder, name))),
  ];
}

/** Those around the workspace: up to and with `topAbsolute`, or all. */
function listFoldersAbove(rootAbsolute: string, topAbsolute?: string): readonly string[] {
  const folders: string[] = [];
  for (let folder = rootAbsolute; folder !== topAbsolute && dirname(folder) !== folder;) {
    folder = dirname(folder);
    folders.push(folder);
  }
  return folders;
}

function statOf(rootAbsolute: string, path: string): Stats | undefined {
  return lstatSync(absoluteOf(rootAbsolute, path), { throwIfNoEntry: false });
}

function absoluteOf(rootAbsolute: string, path: string): string {
  return isAbsolutePath(path) ? path : `${rootAbsolute}/${path}`;
}
