/** A problem that a tool has printed, with its place. */
export interface Annotation {
  readonly severity: 'error' | 'warning';
  /** As the tool wrote it, until it has been located; null where there is no place. */
  readonly file: string | null;
  /** From 1. */
  readonly line: number | null;
  readonly column: number | null;
  readonly message: string;
}

/** Reads a tool's output line by line and remembers what it must; null where the line completes no problem. */
export type AnnotationFinder = (line: string) => Annotation | null;
