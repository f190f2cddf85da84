import type { Problem } from '@larder/core';

/** One line for each problem: `file:line:column  what is wrong`. */
export function describeProblems(problems: readonly Problem[]): string {
  return problems.map((problem) => `${describePlace(problem)}${describeProblem(problem)}`).join('\n');
}

function describePlace({ location }: Problem): string {
  return location === undefined ? '' : `${location.file}:${location.line}:${location.column}  `;
}

/** Of the codes that reading a document gives; another one shows as it is. */
function describeProblem(problem: Problem): string {
  if (problem.code === 'invalid-syntax') return problem.detail;
  if (problem.code === 'invalid-value') {
    return `${problem.path === '' ? 'the file' : problem.path} must be ${problem.allowed}; found ${problem.found}`;
  }
  if (problem.code === 'unknown-key') {
    const hint = problem.near.length === 0 ? '' : `, did you mean ${problem.near.join(' or ')}?`;
    return `${problem.path} is not known here${hint}`;
  }
  return problem.code;
}
