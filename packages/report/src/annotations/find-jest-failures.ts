import type { AnnotationFinder } from './annotation.ts';

const testLine = /^\s{2}\u25cf (?<test>.+)$/;
const placeLine = /^\s+at .*?\(?(?<file>[^\s()]+):(?<line>\d+):(?<column>\d+)\)?$/;

/** jest's default reporter: the test, then the message, then the stack, of which its own lines are left out. */
export function findJestFailures(): AnnotationFinder {
  let test: string | null = null;
  let message: string | null = null;
  return (line) => {
    const started = testLine.exec(line)?.groups;
    if (started !== undefined) {
      test = started['test'] ?? null;
      message = null;
      return null;
    }
    if (test === null) return null;
    if (message === null && line.trim() !== '') message = line.trim();
    const place = placeLine.exec(line)?.groups;
    if (place === undefined || place['file']?.includes('node_modules') === true) return null;
    const annotation = {
      severity: 'error',
      file: place['file'] ?? null,
      line: Number(place['line']),
      column: Number(place['column']),
      message: `${test}: ${message ?? 'failed'}`,
    } as const;
    test = null;
    return annotation;
  };
}
