import { readdirSync, readFileSync } from 'node:fs';
import type { Dirent } from 'node:fs';
import { join } from 'node:path';

import type { DebugLog, Problem, WorkspacePath } from '@larder/core';

import { errorCode, isMissing } from './file-error.ts';
import { findRepository } from './find-repository.ts';
import type { Repository } from './find-repository.ts';
import type { FolderTree } from './folder-tree.ts';
import { extendIgnoreRules, isIgnored, noIgnoreRules, withoutIgnored } from './ignore-rules.ts';
import type { IgnoreRules } from './ignore-rules.ts';
import type { FileListing } from './list-files.ts';

/** Never part of a workspace's files, whatever the ignore rules say. */
const excludedNames = new Set(['.git', 'node_modules', '.larder', '.nx']);

/** A folder around something that is listed, with the rules that hold in it. */
interface FolderAbove {
  readonly entries: ReadonlyMap<string, Dirent>;
  readonly rules: IgnoreRules;
}

/** Lists folders by the ignore rules that hold in them. Made anew for each look, because it keeps what it read. */
export class FileLister {
  readonly #rootAbsolute: string;
  readonly #log: DebugLog;
  readonly #above = new Map<string, FolderAbove>();
  /** Files of ignore rules that were read, or looked for; absolute. */
  readonly rulesFiles = new Set<string>();
  #paths: WorkspacePath[] = [];
  #folders: string[] = [];
  #names: (readonly string[])[] = [];
  #problems: Problem[] = [];
  /** Put before a workspace path to get the path that the ignore rules are relative to. */
  #rulesPrefix = '';

  constructor(rootAbsolute: string, log: DebugLog) {
    this.#rootAbsolute = rootAbsolute;
    this.#log = log;
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
    if (path === '') return this.#listFolder('', this.#readRepositoryRules());
    let folder = '';
    let above = this.#readAbove(folder, null);
    const names = path.split('/');
    const last = names.pop() ?? '';
    for (const name of names) {
      // Beyond a link or an excluded folder nothing belongs to the workspace.
      if (excludedNames.has(name) || above.entries.get(name)?.isDirectory() !== true) return;
      folder = `${folder}${name}/`;
      if (isIgnored(above.rules, this.#rulesPrefix + folder)) return;
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
      const rules = this.#extendRules(outer?.rules ?? this.#readRepositoryRules(), folder, entries);
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
    const rules = this.#extendRules(outerRules, folder, entries);
    const names = this.#keep(folder, entries, rules);
    this.#names[row] = names;
    this.#visit(folder, names, rules);
  }

  #keep(folder: string, entries: readonly Dirent[], rules: IgnoreRules): readonly string[] {
    return withoutIgnored(rules, this.#rulesPrefix + folder, sortableNames(entries, this.#log));
  }

  #visit(folder: string, names: readonly string[], rules: IgnoreRules): void {
    for (const name of names) {
      if (name.endsWith('/')) this.#listFolder(folder + name, rules);
      else this.#paths.push((folder + name) as WorkspacePath);
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

  #readRepositoryRules(): IgnoreRules {
    const repository = findRepository(this.#rootAbsolute);
    if (repository === null) return noIgnoreRules;
    let rules = extendIgnoreRules(noIgnoreRules, '', {
      gitignore: this.#readText(join(repository.commonDirectoryAbsolute, 'info/exclude')),
      nxignore: null,
    });
    for (const folder of foldersAbove(repository)) {
      const gitignore = this.#readText(join(repository.rootAbsolute, folder, '.gitignore'));
      rules = extendIgnoreRules(rules, folder, { gitignore, nxignore: null });
    }
    // A workspace that its surrounding repository ignores is meant to be used all the same.
    if (repository.prefix !== '' && isIgnored(rules, repository.prefix)) return noIgnoreRules;
    this.#rulesPrefix = repository.prefix;
    return rules;
  }

  #extendRules(rules: IgnoreRules, folder: string, entries: readonly Dirent[]): IgnoreRules {
    let hasGitignore = false;
    let hasNxignore = false;
    for (const entry of entries) {
      // git does not follow a `.gitignore` that is a link, and neither may two machines differ by its target.
      if (entry.name === '.gitignore') hasGitignore = entry.isFile();
      else if (entry.name === '.nxignore') hasNxignore = entry.isFile();
    }
    return extendIgnoreRules(rules, this.#rulesPrefix + folder, {
      gitignore: hasGitignore ? this.#readText(join(this.#rootAbsolute, folder, '.gitignore')) : null,
      nxignore: hasNxignore ? this.#readText(join(this.#rootAbsolute, folder, '.nxignore')) : null,
    });
  }

  #readText(absolute: string): string | null {
    this.rulesFiles.add(absolute);
    try {
      return readFileSync(absolute, 'utf8');
    } catch (error) {
      if (!isMissing(error)) this.#report(absolute, `cannot be read (${errorCode(error) ?? 'error'})`);
      return null;
    }
  }

  #report(file: string, detail: string): void {
    this.#problems.push({ severity: 'error', code: 'unreadable-file', file: file === '' ? '.' : file, detail });
  }
}

/** The folders from the repository's root down to, but not including, the workspace's; with trailing slashes. */
function foldersAbove(repository: Repository): string[] {
  const folders: string[] = [];
  for (let end = 0; end < repository.prefix.length; end = repository.prefix.indexOf('/', end) + 1) {
    folders.push(repository.prefix.slice(0, end));
  }
  return folders;
}

/** A folder's name carries its slash, so that sorting the names of each folder sorts the paths of all. */
function sortableNames(entries: readonly Dirent[], log: DebugLog): string[] {
  const names: string[] = [];
  for (const entry of entries) {
    if (excludedNames.has(entry.name)) continue;
    if (entry.isDirectory()) names.push(`${entry.name}/`);
    else if (entry.isFile() || entry.isSymbolicLink()) names.push(entry.name);
    else log(`not a file, left out: ${entry.name}`);
  }
  return names.sort();
}
