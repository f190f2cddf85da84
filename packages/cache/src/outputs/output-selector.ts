import { compareCodeUnits } from '@larder/core';
import { ancestorsOf } from '../artifact/check-outputs.ts';
import { loadFindMatches, type FindMatches } from './find-matches.ts';
import type { OutputPatterns, PlainPattern } from './output-patterns.ts';
import { buildTree, type OutputTree, type TreeKind } from './output-tree.ts';

export interface SelectedOutput {
  readonly path: string;
  readonly kind: TreeKind;
}

export interface Selection {
  /** Sorted by path, so a directory comes before what is below it. */
  readonly outputs: readonly SelectedOutput[];
  /** Directories whose listings decided: while none of them changes, no output can come or go. */
  readonly listed: readonly string[];
  /** Declared paths, without glob characters, where nothing is. */
  readonly absent: readonly PlainPattern[];
  /** A declared path leads through this symbolic link, which is never followed. */
  readonly linkedParent: string | null;
}

/** Which paths of a tree a task declares as its outputs. */
export interface OutputSelector {
  select(tree: OutputTree): Selection;
  /** Nothing outside of the outputs themselves is listed to find them. */
  readonly isPlain: boolean;
}

export async function createOutputSelector(patterns: OutputPatterns): Promise<OutputSelector> {
  const needsGlobs = patterns.globs.length > 0 || patterns.excludedGlobs.length > 0;
  const findMatches = needsGlobs ? await loadFindMatches() : null;
  return { select: (tree) => select(tree, patterns, findMatches), isPlain: patterns.globs.length === 0 };
}

function select(tree: OutputTree, patterns: OutputPatterns, findMatches: FindMatches | null): Selection {
  const walk = new OutputWalk(tree, patterns);
  for (const { path, isExpected } of patterns.plain) walk.addDeclared(path, isExpected);
  if (findMatches !== null && patterns.globs.length > 0) {
    for (const path of findMatches(walk.recordListings(), patterns.globs)) walk.addDeclared(path, false);
  }
  const outputs = subtract(walk.outputs, patterns.excludedGlobs, findMatches);
  return {
    outputs: outputs.toSorted((a, b) => compareCodeUnits(a.path, b.path)),
    listed: [...walk.listed].sort(compareCodeUnits),
    absent: walk.absent,
    linkedParent: walk.linkedParent,
  };
}

/** Excluded globs are matched among the outputs alone: `!**\/*.map` must not walk the whole workspace. */
function subtract(
  outputs: ReadonlyMap<string, SelectedOutput>,
  excludedGlobs: readonly string[],
  findMatches: FindMatches | null,
): readonly SelectedOutput[] {
  const selected = [...outputs.values()];
  if (findMatches === null || excludedGlobs.length === 0) return selected;
  const excluded = new Set(findMatches(buildTree(selected), excludedGlobs));
  return selected.filter(
    ({ path }) => !excluded.has(path) && !ancestorsOf(path).some((parent) => excluded.has(parent)),
  );
}

class OutputWalk {
  readonly outputs = new Map<string, SelectedOutput>();
  readonly listed = new Set<string>();
  readonly absent: PlainPattern[] = [];
  linkedParent: string | null = null;
  readonly #tree: OutputTree;
  readonly #excluded: ReadonlySet<string>;
  readonly #emptied: ReadonlySet<string>;
  /** Folders with no symbolic link on the way to them. */
  readonly #unlinked = new Set<string>();

  constructor(tree: OutputTree, { excluded }: OutputPatterns) {
    this.#tree = tree;
    this.#excluded = new Set(excluded.filter(({ includesItself }) => includesItself).map(({ path }) => path));
    this.#emptied = new Set(excluded.map(({ path }) => path));
  }

  addDeclared(path: string, isExpected: boolean): void {
    if (this.outputs.has(path) || this.#isExcluded(path)) return;
    this.linkedParent ??= this.#findLinkedParent(path);
    if (this.linkedParent !== null) return;
    const kind = this.#tree.kindOf(path);
    if (kind !== null) this.#add(path, kind);
    else this.absent.push({ path, isExpected });
  }

  /** The same tree; directories that are listed through it are remembered. */
  recordListings(): OutputTree {
    const tree = this.#tree;
    return {
      kindOf: (path) => tree.kindOf(path),
      list: (directory) => {
        this.listed.add(directory);
        return directory === ''
          ? tree.list(directory).filter(({ name }) => !ownFolders.has(name))
          : tree.list(directory);
      },
    };
  }

  #add(path: string, kind: TreeKind): void {
    this.outputs.set(path, { path, kind });
    if (kind !== 'directory' || this.#emptied.has(path)) return;
    this.listed.add(path);
    for (const entry of this.#tree.list(path)) {
      const child = `${path}/${entry.name}`;
      if (!this.#excluded.has(child) && !this.outputs.has(child)) this.#add(child, entry.kind);
    }
  }

  #isExcluded(path: string): boolean {
    return this.#excluded.has(path) || ancestorsOf(path).some((parent) => this.#emptied.has(parent));
  }

  #findLinkedParent(path: string): string | null {
    for (const parent of ancestorsOf(path)) {
      if (this.#unlinked.has(parent)) return null;
      if (this.#tree.kindOf(parent) === 'symlink') return parent;
    }
    for (const parent of ancestorsOf(path)) this.#unlinked.add(parent);
    return null;
  }
}

const ownFolders: ReadonlySet<string> = new Set(['.git', '.larder']);
