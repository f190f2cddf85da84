import type { Parsed } from '../config/place.ts';
import type { WorkspacePath } from '../ids.ts';
import type { Problem } from '../problem.ts';
import type { FilterChanges, FilterSubject, ProjectFilter } from './project-filter.ts';

/**
 * Reads the values of `--filter`: every problem at once, filters with problems left out. Paths are
 * relative to `workingDirectory`, the folder in which the command was given.
 *
 * | part | means |
 * |---|---|
 * | `name` | the project or package of that name; `*` stands for any characters |
 * | `tag:x`, `tag:"x"` | those with the tag; in quotes as a JSON string, where the tag holds other syntax |
 * | `./dir`, `{dir}` | those in that folder, which may be a glob |
 * | `[ref]`, `[a...b]` | those with changes |
 * | `…` of these in a row | those that fit all: `name{dir}[ref]` |
 * | `x...[ref]` | those with changes in themselves or in what they depend on |
 * | `x...`, `...x` | with dependencies, with dependents; `x^...`, `...^x` without `x` |
 * | `!x` | not these |
 */
export function parseFilters(
  texts: readonly string[],
  workingDirectory: WorkspacePath,
): Parsed<readonly ProjectFilter[]> {
  const filters: ProjectFilter[] = [];
  const problems: Problem[] = [];
  for (const text of texts) {
    const parsed = parseFilter(text, workingDirectory);
    if (typeof parsed === 'string') {
      problems.push({
        code: 'usage',
        severity: 'error',
        detail: `--filter ${JSON.stringify(text)}: ${parsed}`,
        near: [],
      });
    } else filters.push(parsed);
  }
  return [filters, problems];
}

/** The filter, or in words what is wrong with it. */
function parseFilter(text: string, workingDirectory: WorkspacePath): ProjectFilter | string {
  const exclude = text.startsWith('!');
  const { rest, ...around } = takeDots(exclude ? text.slice(1) : text);
  const subject = isFolder(rest) ? parseFolder(rest, workingDirectory) : parseSubject(rest, workingDirectory);
  return typeof subject === 'string' ? subject : { text, exclude, subject, ...around };
}

function takeDots(
  text: string,
): Pick<ProjectFilter, 'withDependencies' | 'withDependents' | 'withoutSelf'> & { readonly rest: string } {
  const [, before = '', rest = '', after = ''] = /^(\.{3}\^?)?([^]*?)(\^?\.{3})?$/.exec(text) ?? [];
  return {
    rest,
    withDependencies: after !== '',
    withDependents: before !== '',
    withoutSelf: before.endsWith('^') || after.startsWith('^'),
  };
}

function isFolder(text: string): boolean {
  return /^\.{1,2}(?:$|[/\\])/.test(text);
}

function parseFolder(text: string, workingDirectory: WorkspacePath): FilterSubject | string {
  const directory = resolveFolder(text, workingDirectory);
  return directory === null ? 'the folder lies outside the workspace' : { ...anything, directory };
}

const anything: FilterSubject = { name: null, tag: null, directory: null, changes: null, changesInDependencies: false };

const subjectParts =
  /^(?:tag:(?<quoted>"(?:[^"\\]|\\.)*")|tag:(?<tag>[^{}[\]"]+?)|(?!tag:|\.)(?<name>[^{}[\]]+?))?(?:\{(?<directory>[^{}]*(?:\{[^{}]*\}[^{}]*)*)\})?(?:(?<dots>\.{3})?\[(?<changes>[^\]]*)\])?$/s;

function parseSubject(text: string, workingDirectory: WorkspacePath): FilterSubject | string {
  const parts = text === '' ? undefined : subjectParts.exec(text)?.groups;
  if (parts === undefined) return allowed;
  const tag = parts['quoted'] === undefined ? (parts['tag'] ?? null) : readQuoted(parts['quoted']);
  if (tag === '') return 'a tag in quotes has to be a JSON string that is not empty';
  const directory = parts['directory'] === undefined ? null : resolveFolder(parts['directory'], workingDirectory);
  if (parts['directory'] === '') return 'the braces are empty; they hold a folder, such as {./apps/*}';
  if (parts['directory'] !== undefined && directory === null) return 'the folder lies outside the workspace';
  const changes = parts['changes'] === undefined ? null : parseChanges(parts['changes']);
  if (typeof changes === 'string') return changes;
  const name = parts['name'] ?? null;
  const changesInDependencies = parts['dots'] !== undefined;
  if (changesInDependencies && name === null && tag === null && directory === null) {
    return '"...[ref]" behind "..." says of no project that its dependencies count; name one, or a folder';
  }
  return { name, tag, directory, changes, changesInDependencies };
}

const allowed = 'give a name, a glob, ./folder, {folder}, tag:x or [ref], with ... for dependencies and dependents';

function readQuoted(text: string): string {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'string' ? value : '';
  } catch {
    return '';
  }
}

function parseChanges(text: string): FilterChanges | string {
  const dots = text.indexOf('...');
  if (dots === -1) return text === '' ? 'the brackets are empty; they hold a git ref' : { kind: 'since', ref: text };
  const base = text.slice(0, dots);
  const head = text.slice(dots + 3);
  return base === '' || head === '' ? 'a range names two refs: [a...b]' : { kind: 'between', base, head };
}

/** Null where it leaves the workspace; `''` is its root. */
function resolveFolder(text: string, workingDirectory: WorkspacePath): string | null {
  const segments: string[] = [];
  for (const segment of [...workingDirectory.split('/'), ...text.replaceAll('\\', '/').split('/')]) {
    if (segment === '' || segment === '.') continue;
    if (segment !== '..') segments.push(segment);
    else if (segments.pop() === undefined) return null;
  }
  return segments.join('/');
}
