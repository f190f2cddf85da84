import type { AnnotationFinder } from './annotation.ts';

const failLine = /^\s*FAIL\s+(?:\|?[\w@/.-]+\|?\s+)?(?<file>\S+\.\w+) > (?<test>.+)$/;
const messageLine = /^(?<message>(?:[A-Z]\w*)?Error: .+)$/;
const placeLine = /^\s*\u276f (?:.+ )?(?<file>[^\s()]+):(?<line>\d+):(?<column>\d+)\)?$/;

/** vitest's default reporter: the test, then the error, then the lines of its stack, the nearest first. */
export function findVitestFailures(): AnnotationFinder {
  let test: string | null = null;
  let message: string | null = null;
  return (line) => {
    const failed = failLine.exec(line)?.groups;
    if (failed !== undefined) {
      test = failed['test'] ?? null;
      message = null;
      return null;
    }
    if (test === null) return null;
    message ??= messageLine.exec(line)?.groups?.['message'] ?? null;
    const place = placeLine.exec(line)?.groups;
    if (place === undefined || message === null) return null;
    const annotation = {
      severity: 'error',
      file: place['file'] ?? null,
      line: Number(place['line']),
      column: Number(place['column']),
      message: `${test}: ${message}`,
    } as const;
    test = null;
    return annotation;
  };
}
