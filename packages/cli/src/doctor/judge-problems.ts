import type { Problem } from '@larder/core';
import { describeProblem } from '@larder/report';
import { fail, warn, type Finding } from './check.ts';

const shownProblems = 3;

/** What is wrong with files, each with its place: the first few, of at least one. */
export function judgeProblems(id: string, problems: readonly Problem[]): Finding {
  const shown = problems.slice(0, shownProblems).map((problem) => {
    const { location } = problem;
    const place = location === undefined ? '' : `${location.file}:${location.line}:${location.column} `;
    return `${place}${describeProblem(problem).message}`;
  });
  const rest = problems.length > shown.length ? `; and ${problems.length - shown.length} more` : '';
  const detail = `${shown.join('; ')}${rest}`;
  const advice = 'Correct what is named there.';
  const isError = problems.some(({ severity }) => severity === 'error');
  return isError ? fail(id, detail, advice) : warn(id, detail, advice);
}
