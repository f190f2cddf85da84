import { lstatSync } from 'node:fs';
import type { Stats } from 'node:fs';

import { asDigest } from '@larder/core';
import type { FileFacts, WorkspaceFiles, WorkspacePath } from '@larder/core';

import { errorCode, isMissing } from '../files/file-error.ts';
import type { LineEndings } from '../files/text-attributes.ts';
import { ContentReader } from './content-reader.ts';
import { digestSizeBytes, lowerBound, RowState, selectRows, withPaths } from './file-table.ts';
import type { FileTable } from './file-table.ts';
import { isRacy } from './racy-clean.ts';

export interface TrackedFilesOptions {
  readonly rootAbsolute: string;
  /** Milliseconds by which the file system's clock is ahead; asked once, when the first file is read. */
  readonly readClockSkewMs: () => number | null;
  /** How the ends of lines count; absent: every byte counts. The table must have been made by the same rules. */
  readonly lineEndingsOf?: (path: WorkspacePath) => LineEndings;
  /** Asked instead of the file system, where that keeps no executable bit. */
  readonly isExecutable?: (path: WorkspacePath) => boolean;
}

interface Look {
  readonly absolute: string;
  readonly stats: Stats;
  readonly observedMs: number;
}

/**
 * The files of a workspace with their facts, each compared with the disk when it is first asked for, and read
 * only where its stat is not the one that the facts belong to. Synchronous, without a promise or a closure per
 * file; it does not list folders and does not save itself.
 */
export class TrackedFiles implements WorkspaceFiles {
  readonly #options: TrackedFilesOptions;
  readonly #reader = new ContentReader();
  #table: FileTable;
  #rows: Map<string, number> | null = null;
  /** After the row that was found last: whoever takes all files of a folder takes them in order. */
  #nextRow = 0;
  #searches = 0;
  #clockSkewMs: number | null | undefined;
  #hasNewFacts = false;

  constructor(table: FileTable, options: TrackedFilesOptions) {
    this.#table = table;
    this.#options = options;
  }

  get paths(): readonly WorkspacePath[] {
    return this.#table.paths;
  }

  /** Whether facts were read that the table did not have when it was opened. */
  get hasNewFacts(): boolean {
    return this.#hasNewFacts;
  }

  has(path: WorkspacePath): boolean {
    return this.#rowOf(path) !== undefined;
  }

  under(directory: WorkspacePath): readonly WorkspacePath[] {
    if (directory === '') return this.paths;
    // '0' follows '/' by code unit, so the two ends enclose exactly what starts with the folder.
    return this.paths.slice(lowerBound(this.paths, `${directory}/`), lowerBound(this.paths, `${directory}0`));
  }

  factsOf(path: WorkspacePath): FileFacts | null {
    const row = this.#rowOf(path);
    if (row === undefined) return null;
    if (!this.#is(row, RowState.checked)) this.#check(row);
    return this.#is(row, RowState.gone) ? null : this.#factsAt(row);
  }

  /**
   * Compares a file with the disk once more: `changed` where its facts are not those that were given, `unchanged`
   * also where nobody asked for them yet, `gone` where the path is no file or link any more.
   */
  recheck(path: WorkspacePath): 'unchanged' | 'changed' | 'gone' {
    const row = this.#rowOf(path);
    if (row === undefined) return 'gone';
    const wasGiven = this.#is(row, RowState.checked);
    const look = this.#look(row);
    if (look === null) return this.#is(row, RowState.gone) ? 'gone' : 'unchanged';
    const before = wasGiven ? this.factsOf(path) : null;
    this.#read(row, look);
    const after = this.factsOf(path);
    if (after === null) return 'gone';
    return !wasGiven || (before !== null && isSame(before, after)) ? 'unchanged' : 'changed';
  }

  /** So many files of those whose facts are known, by the time of their last change: a person edited one of them, if any. */
  newest(count: number): readonly WorkspacePath[] {
    const { state, mtimeMs } = this.#table;
    const rows: number[] = [];
    for (let row = 0; row < this.paths.length; row += 1) {
      const isLater = rows.length < count || mtimeMs[row]! > mtimeMs[rows.at(-1)!]!;
      if (!isLater || (state[row]! & RowState.hasFacts) === 0) continue;
      const place = rows.findIndex((other) => mtimeMs[row]! > mtimeMs[other]!);
      rows.splice(place === -1 ? rows.length : place, 0, row);
      rows.length = Math.min(rows.length, count);
    }
    return rows.map((row) => this.paths[row]!);
  }

  /** Takes another list of paths, sorted by code unit; those that stay keep what is known of them. */
  replacePaths(paths: readonly WorkspacePath[]): void {
    this.#table = withPaths(this.#table, paths);
    this.#rows = null;
    this.#searches = 0;
  }

  /** The rows whose facts a later process may rely on. What is new is taken to be known by it from then on. */
  takeTrustedRows(): FileTable {
    this.#hasNewFacts = false;
    const { state } = this.#table;
    const decisive = RowState.hasFacts | RowState.racy | RowState.gone;
    return selectRows(this.#table, (row) => ((state[row] ?? 0) & decisive) === RowState.hasFacts);
  }

  #rowOf(path: WorkspacePath): number | undefined {
    const row = this.paths[this.#nextRow] === path ? this.#nextRow : this.#findRow(path);
    if (row !== undefined) this.#nextRow = row + 1;
    return row;
  }

  #findRow(path: WorkspacePath): number | undefined {
    if (this.#rows === null && this.#searches * pathsPerSearch < this.paths.length) return this.#search(path);
    this.#rows ??= mapRows(this.paths);
    return this.#rows.get(path);
  }

  #search(path: WorkspacePath): number | undefined {
    this.#searches += 1;
    const row = lowerBound(this.paths, path);
    return this.paths[row] === path ? row : undefined;
  }

  #is(row: number, state: number): boolean {
    return ((this.#table.state[row] ?? 0) & state) !== 0;
  }

  #check(row: number): void {
    const look = this.#look(row);
    if (look !== null) this.#read(row, look);
  }

  /** Null where nothing has to be read: the file is gone, or still the one that the facts belong to. */
  #look(row: number): Look | null {
    const absolute = `${this.#options.rootAbsolute}/${this.paths[row] ?? ''}`;
    // Taken first: a change that follows is then never mistaken for one that was seen.
    const observedMs = Date.now();
    const stats = statOf(absolute);
    const isTrusted = this.#is(row, RowState.hasFacts) && !this.#is(row, RowState.racy);
    if (stats === null) this.#set(row, RowState.checked | RowState.gone);
    else if (isTrusted && this.#hasStat(row, stats)) this.#set(row, RowState.hasFacts | RowState.checked);
    else return { absolute, stats, observedMs };
    return null;
  }

  #hasStat(row: number, stats: Stats): boolean {
    const table = this.#table;
    return (
      table.mtimeMs[row] === stats.mtimeMs &&
      table.ctimeMs[row] === stats.ctimeMs &&
      table.sizeBytes[row] === stats.size &&
      table.inode[row] === stats.ino &&
      table.mode[row] === stats.mode
    );
  }

  #read(row: number, { absolute, stats, observedMs }: Look): void {
    const digest = this.#digest(row, absolute, stats);
    if (digest === null) return this.#set(row, RowState.checked | RowState.gone);
    const table = this.#table;
    digest.copy(table.digests, row * digestSizeBytes);
    table.sizeBytes[row] = stats.size;
    table.mtimeMs[row] = stats.mtimeMs;
    table.ctimeMs[row] = stats.ctimeMs;
    table.inode[row] = stats.ino;
    table.mode[row] = stats.mode;
    this.#hasNewFacts = true;
    const racy = this.#wasRacy(stats, observedMs) ? RowState.racy : 0;
    this.#set(row, RowState.hasFacts | RowState.checked | racy);
  }

  #digest(row: number, absolute: string, stats: Stats): Buffer | null {
    try {
      if (stats.isSymbolicLink()) return this.#reader.digestLink(absolute);
      const lineEndings = this.#options.lineEndingsOf?.(this.paths[row]!) ?? 'as-is';
      return this.#reader.digestText(absolute, stats.size, lineEndings);
    } catch (error) {
      // Deleted, or made another kind of thing, since its stat a moment ago.
      if (isMissing(error) || anotherKindCodes.has(errorCode(error) ?? '')) return null;
      throw new Error(`Cannot read ${absolute} (${errorCode(error) ?? 'error'})`, { cause: error });
    }
  }

  #wasRacy(stats: Stats, observedMs: number): boolean {
    if (this.#clockSkewMs === undefined) this.#clockSkewMs = this.#options.readClockSkewMs();
    return this.#clockSkewMs === null || isRacy(stats.mtimeMs, stats.ctimeMs, observedMs + this.#clockSkewMs);
  }

  #set(row: number, state: number): void {
    this.#table.state[row] = state;
  }

  /** Made anew each time: few ask twice, and those of all files would be the most that a run holds. */
  #factsAt(row: number): FileFacts {
    const mode = this.#table.mode[row] ?? 0;
    const start = row * digestSizeBytes;
    return {
      digest: asDigest(this.#table.digests.toString('hex', start, start + digestSizeBytes)),
      kind: (mode & fileTypeMask) === symlinkType ? 'symlink' : 'file',
      executable: (mode & fileTypeMask) === regularType && this.#isExecutable(row, mode),
    };
  }

  #isExecutable(row: number, mode: number): boolean {
    const { isExecutable } = this.#options;
    return isExecutable === undefined ? (mode & 0o111) !== 0 : isExecutable(this.paths[row]!);
  }
}

/** A map takes memory, and the time of a search for each few paths: made where many are asked for in no order. */
const pathsPerSearch = 4;

function mapRows(paths: readonly string[]): Map<string, number> {
  const rows = new Map<string, number>();
  for (const [row, path] of paths.entries()) rows.set(path, row);
  return rows;
}

/** What opening or reading a path says that is not the kind of thing that its stat said. */
const anotherKindCodes = new Set(['EINVAL', 'EISDIR', 'ELOOP']);

// inode(7): the same numbers wherever Node runs.
const fileTypeMask = 0o170000;
const regularType = 0o100000;
const symlinkType = 0o120000;

function statOf(absolute: string): Stats | null {
  const stats = lstatSync(absolute, { throwIfNoEntry: false });
  return stats !== undefined && (stats.isFile() || stats.isSymbolicLink()) ? stats : null;
}

function isSame(a: FileFacts, b: FileFacts): boolean {
  return a.digest === b.digest && a.kind === b.kind && a.executable === b.executable;
}
