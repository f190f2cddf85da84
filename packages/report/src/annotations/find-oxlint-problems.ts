import type { AnnotationFinder } from './annotation.ts';

const titleLine = /^\s*(?<mark>[\u00d7x\u26a0!])\s(?<message>[\w@/-]+\([\w@/-]+\): .+)$/;
const placeLine = /^\s*[\u256d,]\u2500?-?\[(?<file>[^\]]+):(?<line>\d+):(?<column>\d+)\]/;

/** oxlint's default format: a title with the rule, below it the place in a frame. */
export function findOxlintProblems(): AnnotationFinder {
  let title: { readonly severity: 'error' | 'warning'; readonly message: string } | null = null;
  return (line) => {
    const found = titleLine.exec(line)?.groups;
    if (found !== undefined) {
      const severity = found['mark'] === '⚠' || found['mark'] === '!' ? 'warning' : 'error';
      title = { severity, message: found['message'] ?? '' };
      return null;
    }
    const place = placeLine.exec(line)?.groups;
    if (place === undefined || title === null) return null;
    const annotation = {
      ...title,
      file: place['file'] ?? null,
      line: Number(place['line']),
      column: Number(place['column']),
    };
    title = null;
    return annotation;
  };
}
