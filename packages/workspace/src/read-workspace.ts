import { compareCodeUnits } from '@larder/core';
import type { DebugLog, Digest, Problem, WorkspaceFiles, WorkspacePath } from '@larder/core';

import { digest } from './digest.ts';
import type { OnCounted } from './files/file-lister.ts';
import { countFiles, nameOfFolder } from './files/folder-tree.ts';
import { countUnstamped, stampFolders } from './files/known-folders.ts';
import type { ListedFolders } from './files/known-folders.ts';
import { KnownSubtrees } from './files/known-subtrees.ts';
import { createListUnder, listFiles } from './files/list-files.ts';
import { asStored } from './files/normalise-text.ts';
import { readTextAttributes } from './files/read-text-attributes.ts';
import { relistFiles } from './files/relist-files.ts';
import { RulesMemory } from './files/rules-memory.ts';
import { createExecutableLookup } from './git/create-executable-lookup.ts';
import { findEditedFile } from './git/find-edited-file.ts';
import { createFileTable, withPaths } from './state/file-table.ts';
import { readKnownFolders, writeKnownFolders } from './state/listing-file.ts';
import { readFileSystemClockSkewMs } from './state/racy-clean.ts';
import { readSnapshot, writeSnapshot } from './state/snapshot-file.ts';
import { TrackedFiles } from './state/tracked-files.ts';

export interface ReadWorkspaceOptions {
  /** Absolute; made when something is saved. May be deleted at any time. */
  readonly stateDirectoryAbsolute: string;
  readonly log: DebugLog;
  /** Before all that is to be known of the files is in memory. */
  readonly onCounted?: OnCounted;
}

export interface OpenWorkspace {
  /** The files at one moment: the facts of each stay what they were when first asked for, until `refresh`. */
  readonly files: WorkspaceFiles;
  /** The folders that were listed for them, `''` for the root. */
  readonly folders: readonly string[];
  /** What the facts of a file say of these bytes. */
  digestOf(path: WorkspacePath, bytes: Buffer): Digest;
  /** Folders and names that could not be read. */
  readonly problems: readonly Problem[];
  /**
   * Compares files and folders with the disk again and brings `files` up to date. Returns the paths whose facts
   * are not those that `files` gave before this call, those that are gone, and those that are new; sorted. Paths
   * whose facts nobody asked for are not returned. A caller that must know what moved since an *earlier* moment
   * keeps the facts that it used, and compares.
   */
  refresh(paths: readonly WorkspacePath[]): readonly WorkspacePath[];
  /** One of the files that were edited last, if git would call it modified by its index alone; null says nothing. */
  findEdited(): WorkspacePath | null;
  /** Saves what was learnt for the next process. Never throws: not saving costs only time. */
  saveState(): void;
  /** Saves where the files lie, which takes a look at every folder: for commands that take long anyway. Never throws. */
  saveListing(): void;
}

/**
 * Lists a workspace and opens what an earlier process knew of its files. Content is read when it is asked for.
 * Throws only where `factsOf` meets a file that is there and cannot be read.
 */
export function readWorkspace(rootAbsolute: string, options: ReadWorkspaceOptions): OpenWorkspace {
  const { stateDirectoryAbsolute, log, onCounted = () => {} } = options;
  const known = readKnownFolders(stateDirectoryAbsolute, log);
  if (known !== null) onCounted(countFiles(known.tree));
  const relisted = known === null ? null : relistFiles(rootAbsolute, known, log);
  const listing = relisted ?? listFiles(rootAbsolute, log, onCounted);
  // What is kept must not hold the paths of all files once more.
  const { listed } = listing;
  const isWhole = listing.problems.length === 0 && isWorthKeeping(listed);
  const attributes = readTextAttributes(rootAbsolute, listing.paths);
  const rules = attributes?.key ?? '';
  const isExecutable = createExecutableLookup(rootAbsolute, process.platform);
  const snapshot = readSnapshot(stateDirectoryAbsolute, rules, log);
  const table = snapshot === null ? createFileTable(listing.paths) : withPaths(snapshot, listing.paths);
  const files = new TrackedFiles(table, {
    rootAbsolute,
    readClockSkewMs: () => readFileSystemClockSkewMs(stateDirectoryAbsolute),
    ...(attributes === null ? {} : { lineEndingsOf: attributes.of }),
    ...(isExecutable === null ? {} : { isExecutable }),
  });
  const problems = [...listing.problems];
  const memory = new RulesMemory();
  const { tree, stamps } = listed;
  const subtrees =
    known === null || stamps === null ? null : new KnownSubtrees(rootAbsolute, { ...known, tree, stamps });
  return {
    files,
    get folders() {
      return listed.tree.folders.map(nameOfFolder);
    },
    digestOf: (path, bytes) => digest(asStored(bytes, attributes?.of(path) ?? 'as-is')),
    problems,
    refresh: (paths) => {
      const listKnown = subtrees?.look() ?? null;
      const listUnder = createListUnder(rootAbsolute, log, memory);
      return refreshFiles(files, paths, (path) => {
        const held = listKnown?.(path) ?? null;
        if (held !== null) return held;
        const below = listUnder(path);
        problems.push(...below.problems);
        return below.paths;
      });
    },
    findEdited: () => findEditedFile(rootAbsolute, files.newest(mostEdited)),
    saveState: () => {
      if (!files.hasNewFacts) return;
      const rows = files.takeTrustedRows();
      writeSnapshot(stateDirectoryAbsolute, rows, { rules, log });
    },
    saveListing: () => {
      const skewMs = isWhole ? readFileSystemClockSkewMs(stateDirectoryAbsolute) : null;
      const stamped = skewMs === null ? null : stampFolders(rootAbsolute, listed, skewMs);
      if (stamped !== null) writeKnownFolders(stateDirectoryAbsolute, stamped, log);
    },
  };
}

/** A person who edits works on a few files at a time. */
const mostEdited = 8;

/** A few folders that change with each run are read again each time; that takes less than writing all of them down. */
const fewFolders = 8;

function isWorthKeeping({ stamps }: ListedFolders): boolean {
  return stamps === null || countUnstamped(stamps) > fewFolders;
}

type ListUnder = (path: WorkspacePath) => readonly WorkspacePath[];

function refreshFiles(files: TrackedFiles, paths: readonly WorkspacePath[], list: ListUnder): readonly WorkspacePath[] {
  const moved = new Set<WorkspacePath>();
  const gone = new Set<WorkspacePath>();
  const added = new Set<WorkspacePath>();
  const recheck = (path: WorkspacePath): void => {
    const result = files.recheck(path);
    if (result !== 'unchanged') moved.add(path);
    if (result === 'gone') gone.add(path);
  };
  for (const path of new Set(paths)) {
    if (files.has(path)) recheck(path);
    if (!files.has(path) || gone.has(path)) compareListing(files, path, { list, recheck, gone, added });
  }
  if (gone.size > 0 || added.size > 0) {
    const kept = files.paths.filter((path) => !gone.has(path));
    files.replacePaths([...kept, ...added].sort(compareCodeUnits));
  }
  return [...new Set([...moved, ...gone, ...added])].sort(compareCodeUnits);
}

interface Comparison {
  readonly list: ListUnder;
  readonly recheck: (path: WorkspacePath) => void;
  readonly gone: Set<WorkspacePath>;
  readonly added: Set<WorkspacePath>;
}

function compareListing(files: TrackedFiles, path: WorkspacePath, comparison: Comparison): void {
  const found = new Set(comparison.list(path));
  for (const known of files.under(path)) {
    if (found.has(known)) comparison.recheck(known);
    // Deleted, or ignored by a rule that is new.
    else comparison.gone.add(known);
  }
  for (const file of found) if (!files.has(file)) comparison.added.add(file);
}
