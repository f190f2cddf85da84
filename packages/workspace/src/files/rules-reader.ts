import { lstatSync, readFileSync } from 'node:fs';
import type { Dirent } from 'node:fs';
import { join } from 'node:path';

import { errorCode, isMissing } from './file-error.ts';
import { findRepository } from './find-repository.ts';
import type { Repository } from './find-repository.ts';
import { isIgnored, noIgnoreRules } from './ignore-rules.ts';
import type { IgnoreRules } from './ignore-rules.ts';
import type { RulesMemory } from './rules-memory.ts';

export interface RulesReaderOptions {
  readonly rootAbsolute: string;
  readonly memory: RulesMemory;
  /** A file of rules that is there and cannot be read. */
  readonly onUnreadable: (file: string, detail: string) => void;
}

/** Reads the ignore rules that hold in the folders of a workspace. Made anew for each look. */
export class RulesReader {
  readonly #options: RulesReaderOptions;
  readonly #above = new Map<string, IgnoreRules>();
  /** Files of ignore rules that were read, or looked for; absolute. */
  readonly files = new Set<string>();
  /** Put before a workspace path to get the path that the rules are relative to. */
  prefix = '';

  constructor(options: RulesReaderOptions) {
    this.#options = options;
  }

  /** Those that hold around the workspace. */
  readOuter(): IgnoreRules {
    const repository = findRepository(this.#options.rootAbsolute);
    if (repository === null) return noIgnoreRules;
    const { memory } = this.#options;
    let rules = memory.extend(noIgnoreRules, '', {
      gitignore: this.#readText(join(repository.commonDirectoryAbsolute, 'info/exclude')),
      nxignore: null,
    });
    for (const folder of foldersAbove(repository)) {
      const gitignore = this.#readText(join(repository.rootAbsolute, folder, '.gitignore'));
      rules = memory.extend(rules, folder, { gitignore, nxignore: null });
    }
    // A workspace that its surrounding repository ignores is meant to be used all the same.
    if (repository.prefix !== '' && isIgnored(rules, repository.prefix)) return noIgnoreRules;
    this.prefix = repository.prefix;
    return rules;
  }

  /** Adds those of a folder that was listed; `''`, or with a trailing slash. */
  extend(rules: IgnoreRules, folder: string, entries: readonly Dirent[]): IgnoreRules {
    let hasGitignore = false;
    let hasNxignore = false;
    for (const entry of entries) {
      // git does not follow a `.gitignore` that is a link, and neither may two machines differ by its target.
      if (entry.name === '.gitignore') hasGitignore = entry.isFile();
      else if (entry.name === '.nxignore') hasNxignore = entry.isFile();
    }
    return this.#extend(rules, folder, { hasGitignore, hasNxignore });
  }

  /**
   * Whether a path counts as ignored, or is not there, by the files of rules above it and one look at itself. Most
   * outputs are, and listing the folders above them would take longer the more projects stand beside each other.
   */
  isIgnoredOrAbsent(path: string): boolean {
    let folder = '';
    let rules = this.#readAbove(folder, null);
    for (let end = path.indexOf('/') + 1; end > 0; end = path.indexOf('/', end) + 1) {
      folder = path.slice(0, end);
      if (isIgnored(rules, this.prefix + folder)) return true;
      rules = this.#readAbove(folder, rules);
    }
    const kind = this.#kindOf(path);
    return kind === 'absent' || (kind !== 'unclear' && isIgnored(rules, this.prefix + path + slashOf[kind]));
  }

  #readAbove(folder: string, outer: IgnoreRules | null): IgnoreRules {
    let rules = this.#above.get(folder);
    if (rules === undefined) {
      const [hasGitignore, hasNxignore] = [this.#hasFile(`${folder}.gitignore`), this.#hasFile(`${folder}.nxignore`)];
      rules = this.#extend(outer ?? this.readOuter(), folder, { hasGitignore, hasNxignore });
      this.#above.set(folder, rules);
    }
    return rules;
  }

  #hasFile(path: string): boolean {
    return this.#kindOf(path) === 'file';
  }

  /** `unclear` where it cannot be looked at: who lists the folders around it says why. */
  #kindOf(path: string): 'file' | 'directory' | 'other' | 'absent' | 'unclear' {
    try {
      const stats = lstatSync(join(this.#options.rootAbsolute, path), { throwIfNoEntry: false });
      if (stats === undefined) return 'absent';
      return stats.isDirectory() ? 'directory' : stats.isFile() ? 'file' : 'other';
    } catch (error) {
      return isMissing(error) ? 'absent' : 'unclear';
    }
  }

  #extend(
    rules: IgnoreRules,
    folder: string,
    { hasGitignore, hasNxignore }: { readonly hasGitignore: boolean; readonly hasNxignore: boolean },
  ): IgnoreRules {
    if (!hasGitignore && !hasNxignore) return rules;
    const folderAbsolute = join(this.#options.rootAbsolute, folder);
    return this.#options.memory.extend(rules, this.prefix + folder, {
      gitignore: hasGitignore ? this.#readText(join(folderAbsolute, '.gitignore')) : null,
      nxignore: hasNxignore ? this.#readText(join(folderAbsolute, '.nxignore')) : null,
    });
  }

  #readText(absolute: string): string | null {
    this.files.add(absolute);
    try {
      return readFileSync(absolute, 'utf8');
    } catch (error) {
      if (!isMissing(error)) {
        this.#options.onUnreadable(absolute, `cannot be read (${errorCode(error) ?? 'error'})`);
      }
      return null;
    }
  }
}

/** As ignore rules see a path. */
const slashOf = { file: '', other: '', directory: '/' } as const;

/** The folders from the repository's root down to, but not including, the workspace's; with trailing slashes. */
function foldersAbove(repository: Repository): string[] {
  const folders: string[] = [];
  for (let end = 0; end < repository.prefix.length; end = repository.prefix.indexOf('/', end) + 1) {
    folders.push(repository.prefix.slice(0, end));
  }
  return folders;
}
