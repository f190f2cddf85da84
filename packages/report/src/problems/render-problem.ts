import type { Problem, SourceLocation } from '@larder/core';
import { cleanTerminalText } from '../text/clean-terminal-text.ts';
import { displayWidth } from '../text/display-width.ts';
import { createPaint, type Paint } from '../text/paint.ts';
import { describeProblem } from './describe-problem.ts';

/** Of a source line: a minified file must not fill the screen. */
const maxSourceCharacters = 160;

export interface RenderProblemOptions {
  readonly color: boolean;
  /** The text of the line that `problem.location` names; null where there is no location or it cannot be read. */
  readonly sourceLine: string | null;
}

/**
 * A problem as a person reads it, without a newline at the end:
 *
 * ```
 * error[task-cycle]: These tasks wait for each other: web:build -> ui:build -> web:build
 *   packages/ui/package.json:14:22  "dependsOn": ["web:build"]
 *                                                 ~~~~~~~~~~~
 * hint: Remove one of these edges from "dependsOn".
 * ```
 */
export function renderProblem(problem: Problem, options: RenderProblemOptions): string {
  const paint = createPaint(options.color);
  const { message, hint } = describeProblem(problem);
  const severity = paint(problem.severity === 'error' ? 'red' : 'yellow', `${problem.severity}[${problem.code}]`);
  const lines = [`${severity}: ${cleanTerminalText(message, false)}`];
  if (problem.location !== undefined) lines.push(...renderLocation(problem.location, options.sourceLine, paint));
  if (hint !== null) lines.push(`${paint('cyan', 'hint')}: ${cleanTerminalText(hint, false)}`);
  return lines.join('\n');
}

function renderLocation(location: SourceLocation, sourceLine: string | null, paint: Paint): readonly string[] {
  const place = `  ${location.file}:${location.line}:${location.column}`;
  if (sourceLine === null) return [place];
  const { before, marked, after } = cutSource(sourceLine, location);
  const indent = ' '.repeat(displayWidth(`${place}  ${before}`));
  const squiggle = '~'.repeat(Math.max(1, displayWidth(marked)));
  return [`${place}  ${before}${marked}${after}`, `${indent}${paint('red', squiggle)}`];
}

/** The line without its indentation, around the marked part where it is long. */
function cutSource(sourceLine: string, location: SourceLocation): { before: string; marked: string; after: string } {
  const start = Math.min(location.column - 1, sourceLine.length);
  const end = Math.min(start + Math.max(1, location.length), sourceLine.length, start + maxSourceCharacters / 2);
  const indentation = sourceLine.length - sourceLine.trimStart().length;
  const first = Math.max(Math.min(indentation, start), start - maxSourceCharacters / 2);
  const last = Math.min(sourceLine.trimEnd().length, first + maxSourceCharacters);
  return {
    before: (first > indentation ? '…' : '') + plain(sourceLine.slice(first, start)),
    marked: plain(sourceLine.slice(start, end)),
    after: plain(sourceLine.slice(end, last)) + (last < sourceLine.trimEnd().length ? '…' : ''),
  };
}

function plain(source: string): string {
  return cleanTerminalText(source, false).replaceAll('\t', ' ');
}
