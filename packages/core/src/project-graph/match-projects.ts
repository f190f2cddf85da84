import picomatch from 'picomatch';

/** What patterns look at. */
export interface MatchableProject {
  readonly name: string;
  readonly root: string;
  readonly tags: readonly string[];
}

/** Holds a set of projects ready for many patterns. */
export class ProjectMatcher {
  readonly #projects: readonly MatchableProject[];
  readonly #names: ReadonlySet<string>;
  readonly #matchesOf = new Map<string, ReadonlySet<string>>();

  constructor(projects: Iterable<MatchableProject>) {
    this.#projects = [...projects];
    this.#names = new Set(this.#projects.map(({ name }) => name));
  }

  /**
   * Names of the projects that a list of patterns selects. As in Nx: patterns apply in order, `!` takes
   * away, and a list that starts with `!` starts from all projects.
   */
  select(patterns: readonly string[]): Set<string> {
    const selected = new Set<string>(patterns[0]?.startsWith('!') === true ? this.#names : []);
    for (const pattern of patterns) {
      if (pattern.startsWith('!')) for (const name of this.match(pattern.slice(1))) selected.delete(name);
      else for (const name of this.match(pattern)) selected.add(name);
    }
    return selected;
  }

  /**
   * Names of the projects that one pattern matches, without `!`: an exact name; else `tag:`, `name:` or
   * `directory:` with a glob; else names (a glob, or a whole word: `ui` matches `@acme/ui`), else folders.
   */
  match(pattern: string): ReadonlySet<string> {
    if (this.#names.has(pattern)) return new Set([pattern]);
    let matches = this.#matchesOf.get(pattern);
    if (matches === undefined) {
      matches = this.#find(pattern);
      this.#matchesOf.set(pattern, matches);
    }
    return matches;
  }

  #find(pattern: string): ReadonlySet<string> {
    if (pattern === '') return new Set();
    if (pattern === '*') return this.#names;
    const [, label, labelled] = /^(tag|name|directory):(.*)$/s.exec(pattern) ?? [];
    if (label === 'tag') return this.#filter(byTag(labelled ?? ''));
    if (label === 'name') return this.#filter(byName(labelled ?? ''));
    if (label === 'directory') return this.#filter(byFolder(labelled ?? ''));
    const named = this.#filter(byName(pattern));
    return named.size > 0 ? named : this.#filter(byFolder(pattern));
  }

  #filter(matches: (project: MatchableProject) => boolean): ReadonlySet<string> {
    return new Set(this.#projects.filter(matches).map(({ name }) => name));
  }
}

/** Whether a pattern is more than a plain name; the characters are Nx's. */
export function isGlob(pattern: string): boolean {
  return /[*|{}()[]/.test(pattern);
}

/** Matches whole texts: names, tags or paths, where `*` does not cross a slash. */
export function compileGlob(pattern: string): (text: string) => boolean {
  if (!isGlob(pattern)) return (text) => text === pattern;
  const matches = picomatch(pattern, { dot: true });
  // Its second parameter changes what it returns: it must not get the index that `filter` passes.
  return (text) => matches(text);
}

function byTag(pattern: string): (project: MatchableProject) => boolean {
  const matches = compileGlob(pattern);
  return ({ tags }) => tags.some((tag) => matches(tag));
}

function byFolder(pattern: string): (project: MatchableProject) => boolean {
  const cleaned = pattern.replace(/^\.\//, '').replace(/\/+$/, '');
  const matches = compileGlob(cleaned === '.' ? '' : cleaned);
  return ({ root }) => matches(root);
}

function byName(pattern: string): (project: MatchableProject) => boolean {
  if (isGlob(pattern)) {
    const matches = compileGlob(pattern);
    return ({ name }) => matches(name);
  }
  const escaped = pattern.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const word = new RegExp(`(?<![@a-zA-Z0-9-])${escaped}(?![@a-zA-Z0-9-])`, 'i');
  return ({ name }) => word.test(name);
}
