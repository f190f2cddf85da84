import { findPathProblem } from '../artifact/path-rules.ts';

/** A task's `outputs`, sorted by how they are answered: a plain path needs no glob library. */
export interface OutputPatterns {
  readonly plain: readonly PlainPattern[];
  readonly globs: readonly string[];
  /** Subtrees that are no outputs. */
  readonly excluded: readonly ExcludedTree[];
  readonly excludedGlobs: readonly string[];
}

/** A file, or a directory with all that is below it. */
export interface PlainPattern {
  readonly path: string;
  /** True where the path was declared itself, false for `<path>/**`, which may match nothing. */
  readonly isExpected: boolean;
}

export interface ExcludedTree {
  readonly path: string;
  /** False for `!<path>/**`: the directory itself stays. */
  readonly includesItself: boolean;
}

export type ParsedPatterns =
  | { readonly kind: 'valid'; readonly patterns: OutputPatterns }
  | { readonly kind: 'invalid'; readonly reason: string };

const globCharacters = /[*?[\]{}]|[!+@]\(/;

/** Workspace-relative patterns, `!` negates wherever it stands in the list. */
export function parseOutputPatterns(outputs: readonly string[]): ParsedPatterns {
  const patterns = {
    plain: [],
    globs: [],
    excluded: [],
    excludedGlobs: [],
  } satisfies MutablePatterns as MutablePatterns;
  for (const output of outputs) {
    const isNegated = output.startsWith('!');
    const reason = addPattern(patterns, normalizePattern(isNegated ? output.slice(1) : output), isNegated);
    if (reason !== null) return { kind: 'invalid', reason: `the output "${output}" ${reason}` };
  }
  return { kind: 'valid', patterns };
}

type MutablePatterns = { [Key in keyof OutputPatterns]: OutputPatterns[Key][number][] };

function addPattern(patterns: MutablePatterns, pattern: string, isNegated: boolean): string | null {
  const tree = /^(.+?)\/\*\*(?:\/\*)?$/.exec(pattern)?.[1];
  const path = tree !== undefined && !globCharacters.test(tree) ? tree : globCharacters.test(pattern) ? null : pattern;
  if (path === null) {
    (isNegated ? patterns.excludedGlobs : patterns.globs).push(pattern);
    return findGlobProblem(pattern);
  }
  if (isNegated) patterns.excluded.push({ path, includesItself: path === pattern });
  else patterns.plain.push({ path, isExpected: path === pattern });
  return path === '' ? 'is the whole workspace' : findPathProblem(path);
}

function findGlobProblem(pattern: string): string | null {
  if (pattern.startsWith('/') || pattern.includes('\\')) return 'is not a relative path with forward slashes';
  return pattern.split('/').includes('..') ? 'has a ".." segment' : null;
}

function normalizePattern(pattern: string): string {
  return pattern
    .replace(/^(?:\.\/)+/, '')
    .replace(/\/+$/, '')
    .replace(/^\.$/, '');
}
