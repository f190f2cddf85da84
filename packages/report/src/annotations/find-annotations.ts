import { cleanTerminalText } from '../text/clean-terminal-text.ts';
import type { Annotation } from './annotation.ts';
import { findEslintProblems } from './find-eslint-problems.ts';
import { findJestFailures } from './find-jest-failures.ts';
import { findOneLineProblems } from './find-one-line-problems.ts';
import { findOxlintProblems } from './find-oxlint-problems.ts';
import { findVitestFailures } from './find-vitest-failures.ts';

/** GitHub shows ten errors of a step; more of one task only hides those of the next. */
const maxAnnotations = 10;
/** No tool writes a place into a longer line; minified code is that long. */
const maxLineCharacters = 2_000;
const maxMessageCharacters = 500;

/**
 * Problems with a place in the output of tsc, eslint, oxlint, vitest and jest, and in the form
 * `file:line:column: message` that many others use. Errors come first; at most ten.
 */
export function findAnnotations(lines: readonly string[]): readonly Annotation[] {
  const finders = [
    findOneLineProblems(),
    findEslintProblems(),
    findOxlintProblems(),
    findVitestFailures(),
    findJestFailures(),
  ];
  const found = new Map<string, Annotation>();
  for (const line of lines) {
    if (line.length > maxLineCharacters) continue;
    const cleaned = cleanTerminalText(line, false);
    for (const find of finders) {
      const annotation = find(cleaned);
      if (annotation !== null) remember(found, annotation);
    }
  }
  const all = [...found.values()];
  const errors = all.filter(({ severity }) => severity === 'error');
  return [...errors, ...all.filter(({ severity }) => severity === 'warning')].slice(0, maxAnnotations);
}

function remember(found: Map<string, Annotation>, annotation: Annotation): void {
  const message = annotation.message.trim().slice(0, maxMessageCharacters);
  const key = `${annotation.file}:${annotation.line}:${annotation.column}:${message}`;
  if (!found.has(key)) found.set(key, { ...annotation, message });
}
