import type { AnnotationFinder } from './annotation.ts';

const formats: readonly RegExp[] = [
  // tsc: src/a.ts(3,5): error TS2322: Type 'string' is not assignable …
  /^(?<file>[^\s(][^(]*)\((?<line>\d+),(?<column>\d+)\): (?<severity>error|warning) (?<message>TS\d+: .+)$/,
  // tsc --pretty: src/a.ts:3:5 - error TS2322: Type 'string' …
  /^(?<file>\S.*?):(?<line>\d+):(?<column>\d+) - (?<severity>error|warning) (?<message>TS\d+: .+)$/,
  // eslint and oxlint, format unix: src/a.ts:3:5: Unexpected var. [Error/no-var]
  /^(?<file>\S.*?):(?<line>\d+):(?<column>\d+): (?<message>.+ \[(?<severity>Error|Warning)[^\]]*\])$/,
  // gcc's form, which many take over: src/a.c:3:5: error: expected ';'
  /^(?<file>\S[^:]*):(?<line>\d+):(?<column>\d+): (?<severity>error|warning): (?<message>.+)$/,
];

/** Formats that say everything in one line. */
export function findOneLineProblems(): AnnotationFinder {
  return (line) => {
    for (const format of formats) {
      const groups = format.exec(line)?.groups;
      if (groups === undefined) continue;
      return {
        severity: groups['severity']?.toLowerCase() === 'warning' ? 'warning' : 'error',
        file: groups['file'] ?? null,
        line: Number(groups['line']),
        column: Number(groups['column']),
        message: groups['message'] ?? '',
      };
    }
    return null;
  };
}
