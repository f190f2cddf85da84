import type { AnnotationFinder } from './annotation.ts';

const fileLine = /^(?<file>(?:\/|[A-Za-z]:[\\/]|\.{0,2}[\w@.-]+[\\/])?[^\s:][^:]*\.\w{1,10})$/;
const problemLine = /^\s+(?<line>\d+):(?<column>\d+)\s+(?<severity>error|warning)\s+(?<message>\S.*)$/;

/** eslint's default format, "stylish": the file on a line, its problems indented below. */
export function findEslintProblems(): AnnotationFinder {
  let file: string | null = null;
  return (line) => {
    if (line === '') {
      file = null;
      return null;
    }
    file = fileLine.exec(line)?.groups?.['file'] ?? file;
    const groups = problemLine.exec(line)?.groups;
    if (groups === undefined || file === null) return null;
    return {
      severity: groups['severity'] === 'warning' ? 'warning' : 'error',
      file,
      line: Number(groups['line']),
      column: Number(groups['column']),
      // The rule stands in a column of its own.
      message: (groups['message'] ?? '').replace(/\s{2,}(\S+)\s*$/, ' ($1)'),
    };
  };
}
