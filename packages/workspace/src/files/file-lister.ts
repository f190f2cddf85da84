import { readdirSync } from 'node:fs';
import type { Dirent } from 'node:fs';
import { join } from 'node:path';

import type { DebugLog, Problem, WorkspacePath } from '@larder/core';

import { errorCode, isMissing } from './file-error.ts';
import type { FolderTree } from './folder-tree.ts';
import { isIgnored, withoutIgnored } from './ignore-rules.ts';
import type { IgnoreRules } from './ignore-rules.ts';
import type { FileListing } from './list-files.ts';
import { RulesMemory } from './rules-memory.ts';
import { RulesReader } from './rules-reader.ts';

/** Never part of a workspace's files, whatever the ignore rules say. */
const excludedNames = new Set(['.git', 'node_modules', '.larder', '.nx']);

/** A folder around something that is listed, with the rules that hold in it. */
interface FolderAbove {
  readonly entries: ReadonlyMap<string, Dirent>;
  readonly rules: IgnoreRules;
}

export interface FileListerOptions {
  /** Rules that were compiled before. */
  readonly memory?: RulesMemory;
  /** Of folders with a trailing slash: others are not listed. Absent: all are. */
  readonly isWanted?: (folder: string) => boolean;
  readonly onCounted?: OnCounted;
}

/** Told now and then while a workspace is listed how many files were found so far. */
export type OnCounted = (files: number) => void;

/** Lists folders by the ignore rules that hold in them. Made anew for each look, because it keeps what it read. */
export class FileLister {
  readonly #rootAbsolute: string;
  readonly #log: DebugLog;
  readonly #onCounted: OnCounted;
  readonly #above = new Map<string, FolderAbove>();
  readonly #rules: RulesReader;
  readonly #isWanted: ((folder: string) => boolean) | null;
  #paths: WorkspacePath[] = [];
  #folders: string[] = [];
  #names: (readonly string[])[] = [];
  #problems: Problem[] = [];

  constructor(rootAbsolute: string, log: DebugLog, options: FileListerOptions = {}) {
    const { memory = new RulesMemory(), isWanted = null, onCounted = () => {} } = options;
    this.#rootAbsolute = rootAbsolute;
    this.#log = log;
    this.#isWanted = isWanted;
    this.#onCounted = onCounted;
    const onUnreadable = (file: string, detail: string): void => this.#report(file, detail);
    this.#rules = new RulesReader({ rootAbsolute, memory, onUnreadable });
  }

  /** Files of ignore rules that were read, or looked for; absolute. */
  get rulesFiles(): ReadonlySet<string> {
    return this.#rules.files;
  }

  /** The folders that were listed since the last `finish`, with what they hold. */
  get tree(): FolderTree {
    return { folders: this.#folders, names: this.#names };
  }

  /** What was found since the last call. */
  finish(): FileListing {
    const listing = { paths: this.#paths, problems: this.#problems };
    this.#paths = [];
    this.#folders = [];
    this.#names = [];
    this.#problems = [];
    return listing;
  }

  list(path: string): void {
    if (path === '') return this.#listFolder('', this.#rules.readOuter());
    if (this.#rules.isIgnoredOrAbsent(path)) return;
    let folder = '';
    let above = this.#readAbove(folder, null);
    const names = path.split('/');
    const last = names.pop() ?? '';
    for (const name of names) {
      // Beyond a link or an excluded folder nothing belongs to the workspace.
      if (excludedNames.has(name) || above.entries.get(name)?.isDirectory() !== true) return;
      folder = `${folder}${name}/`;
      if (isIgnored(above.rules, this.#rules.prefix + folder)) return;
      above = this.#readAbove(folder, above);
    }
    const named = above.entries.get(last);
    this.#visit(folder, this.#keep(folder, named === undefined ? [] : [named], above.rules), above.rules);
  }

  /** What a folder holds that nobody ignores, sorted; nothing where it is not there. `''`, or with a trailing slash. */
  namesIn(folder: string): readonly string[] {
    let above = this.#readAbove('', null);
    for (let end = folder.indexOf('/') + 1; end > 0; end = folder.indexOf('/', end) + 1) {
      above = this.#readAbove(folder.slice(0, end), above);
    }
    return this.#keep(folder, [...above.entries.values()], above.rules);
  }

  #readAbove(folder: string, outer: FolderAbove | null): FolderAbove {
    let above = this.#above.get(folder);
    if (above === undefined) {
      const entries = this.#readFolder(folder);
      const rules = this.#rules.extend(outer?.rules ?? this.#rules.readOuter(), folder, entries);
      above = { rules, entries: new Map(entries.map((entry) => [entry.name, entry])) };
      this.#above.set(folder, above);
    }
    return above;
  }

  #listFolder(folder: string, outerRules: IgnoreRules): void {
    const row = this.#folders.push(folder) - 1;
    this.#names.push([]);
    const entries = this.#readFolder(folder);
    if (entries.length === 0) return;
    const rules = this.#rules.extend(outerRules, folder, entries);
    const names = this.#keep(folder, entries, rules);
    this.#names[row] = names;
    this.#visit(folder, names, rules);
    this.#onCounted(this.#paths.length);
  }

  #keep(folder: string, entries: readonly Dirent[], rules: IgnoreRules): readonly string[] {
    return withoutIgnored(rules, this.#rules.prefix + folder, sortableNames(entries, this.#log));
  }

  #visit(folder: string, names: readonly string[], rules: IgnoreRules): void {
    for (const name of names) {
      if (!name.endsWith('/')) this.#paths.push((folder + name) as WorkspacePath);
      else if (this.#isWanted === null || this.#isWanted(folder + name)) this.#listFolder(folder + name, rules);
    }
  }

  #readFolder(folder: string): Dirent[] {
    const absolute = this.#rootAbsolute + (folder === '' ? '' : `/${folder.slice(0, -1)}`);
    try {
      const entries = readdirSync(absolute, { withFileTypes: true });
      return entries.some((entry) => entry.name.includes('\uFFFD')) ? this.#dropUnreadable(entries, folder) : entries;
    } catch (error) {
      // A folder may vanish between its listing and its reading.
      if (!isMissing(error)) this.#report(folder.slice(0, -1), `cannot be listed (${errorCode(error) ?? 'error'})`);
      return [];
    }
  }

  /** A name with bytes that are no UTF-8 comes back with replacement characters: no call can open it by that name. */
  #dropUnreadable(entries: Dirent[], folder: string): Dirent[] {
    const raw = readdirSync(join(this.#rootAbsolute, folder), { encoding: 'buffer' });
    const real = new Set(raw.filter((name) => Buffer.from(name.toString('utf8')).equals(name)).map(String));
    return entries.filter((entry) => {
      if (real.has(entry.name) || excludedNames.has(entry.name)) return true;
      this.#report(folder + entry.name, 'its name is not valid UTF-8');
      return false;
    });
  }

  #report(file: string, detail: string): void {
    this.#problems.push({ severity: 'error', code: 'unreadable-file', file: file === '' ? '.' : file, detail });
  }
}

/** A folder's name carries its slash, so that sorting the names of each folder sorts the paths of all. */
function sortableNames(entries: readonly Dirent[], log: DebugLog): readonly string[] {
  const names: string[] = [];
  let last = '';
  let isSorted = true;
  for (const entry of entries) {
    if (excludedNames.has(entry.name)) continue;
    const name = sortableName(entry);
    if (name === null) {
      log(`not a file, left out: ${entry.name}`);
      continue;
    }
    if (name < last) isSorted = false;
    last = name;
    names.push(name);
  }
  // Node hands them out nearly in this order.
  return isSorted ? names : names.sort();
}

/** Null for what is neither file, link nor folder. */
function sortableName(entry: Dirent): string | null {
  if (entry.isFile() || entry.isSymbolicLink()) return entry.name;
  return entry.isDirectory() ? `${entry.name}/` : null;
}
