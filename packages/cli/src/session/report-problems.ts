import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Problem } from '@larder/core';
import { renderProblem } from '@larder/report';
import type { Terminal } from '../terminal.ts';
import { writeError } from './command-io.ts';

/** More than this many problems help nobody; the rest is counted. */
const maxProblems = 50;

/** Prints problems to standard error, each with the line of the file where it stands. */
export async function reportProblems(
  terminal: Terminal,
  problems: readonly Problem[],
  rootAbsolute: string,
): Promise<void> {
  for (const problem of problems.slice(0, maxProblems)) {
    const sourceLine = await readSourceLine(problem, rootAbsolute);
    await writeError(terminal, `${renderProblem(problem, { color: terminal.color, sourceLine })}\n`);
  }
  const rest = problems.length - maxProblems;
  if (rest > 0) await writeError(terminal, `… and ${rest} more problems.\n`);
}

async function readSourceLine(problem: Problem, rootAbsolute: string): Promise<string | null> {
  const location = problem.location;
  if (location === undefined) return null;
  try {
    const text = await readFile(join(rootAbsolute, location.file), 'utf8');
    return text.split('\n')[location.line - 1]?.replace(/\r$/, '') ?? null;
  } catch {
    // The message stands without its line; the file may be the very thing that cannot be read.
    return null;
  }
}
