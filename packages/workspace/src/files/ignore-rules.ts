import ignore from 'ignore';
import type { Ignore } from 'ignore';

import { compileNameRules } from './name-rules.ts';
import type { NameRules } from './name-rules.ts';

/**
 * The ignore rules that hold in one folder: those of `.git/info/exclude`, of `.gitignore` and of `.nxignore` in
 * it and in all folders around it. Immutable; a folder without a file of rules shares its parent's.
 *
 * Later rules win and deeper files win, as gitignore(5) has it; `.nxignore` wins over every `.gitignore`. All
 * rules of a chain stand in one matcher, rewritten to start at the top: only so does a folder that a deeper file
 * takes back in stay in, with what is below it.
 */
export interface IgnoreRules {
  readonly git: Ignore | null;
  readonly nx: Ignore | null;
  /** Both, in their order of precedence; null where nothing can be ignored. */
  readonly matcher: Ignore | null;
  /** The texts of all rules, where they stand at the top of the chain; null where some were rewritten. */
  readonly text: string | null;
  /** From `text`; null where a name alone does not decide. */
  readonly names: NameRules | null;
}

export const noIgnoreRules: IgnoreRules = { git: null, nx: null, matcher: null, text: '', names: null };

/** The texts of the files of rules in one folder; null where there is none. */
export interface IgnoreTexts {
  readonly gitignore: string | null;
  readonly nxignore: string | null;
}

/** Adds a folder's own rules. `folder` is relative to the top of the chain: `''`, or with a trailing slash. */
export function extendIgnoreRules(rules: IgnoreRules, folder: string, texts: IgnoreTexts): IgnoreRules {
  if (texts.gitignore === null && texts.nxignore === null) return rules;
  const git = extend(rules.git, folder, texts.gitignore);
  const nx = extend(rules.nx, folder, texts.nxignore);
  const isFromTop = rules.text !== null && folder === '' && texts.nxignore === null && nx === null;
  const text = isFromTop ? `${rules.text}\n${texts.gitignore?.replace(/^\uFEFF/, '')}` : null;
  const names = text === null ? null : compileNameRules(text);
  return { git, nx, matcher: nx === null ? git : combine(git, nx), text, names };
}

/** Of the names in one folder those that nobody ignores. `folder` as above; folders' names end with a slash. */
export function withoutIgnored(rules: IgnoreRules, folder: string, names: readonly string[]): readonly string[] {
  if (rules.matcher === null) return names;
  const { names: nameRules } = rules;
  if (nameRules === null || nameRules.exceptIn.has(folder))
    return names.filter((name) => !isIgnored(rules, folder + name));
  return names.filter((name) => !nameRules.ignores(name));
}

/** `path` is relative to the top of the chain; a folder's ends with a slash. */
export function isIgnored(rules: IgnoreRules, path: string): boolean {
  return rules.matcher !== null && rules.matcher.ignores(path);
}

function extend(outer: Ignore | null, folder: string, text: string | null): Ignore | null {
  if (text === null) return outer;
  const extended = ignore({ ignorecase: false });
  // Adding a matcher shares its compiled rules, so a thousand nested files do not compile the root's again.
  if (outer !== null) extended.add(outer);
  return extended.add(folder === '' ? text : moveRules(text, folder));
}

function combine(git: Ignore | null, nx: Ignore): Ignore {
  return git === null ? nx : ignore({ ignorecase: false }).add(git).add(nx);
}

function moveRules(text: string, folder: string): string[] {
  const prefix = `/${folder.replace(/[\\*?[]/g, '\\$&')}`;
  const moved: string[] = [];
  for (const line of text.replace(/^\uFEFF/, '').split(/\r?\n/)) {
    const rule = moveRule(line, prefix);
    if (rule !== null) moved.push(rule);
  }
  return moved;
}

/** Null for a line that matches nothing. */
function moveRule(line: string, prefix: string): string | null {
  if (line.startsWith('#')) return null;
  const isNegative = line.startsWith('!');
  const pattern = (isNegative ? line.slice(1) : line).replace(/(?<!\\) +$/, '');
  if (pattern === '' || pattern === '/') return null;
  const isAnchored = pattern.slice(0, -1).includes('/');
  // Escapes that were needed only at the start of a line.
  const body = pattern.replace(/^\/|^\\(?=[!#])/, '');
  return `${isNegative ? '!' : ''}${prefix}${isAnchored ? '' : '**/'}${body}`;
}
