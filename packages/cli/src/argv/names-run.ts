const runWords: ReadonlySet<string> = new Set(['run', 'run-many', 'affected']);

/** Whether the first word is a command that executes tasks and comes to an end; `larder web:build` is one. */
export function namesRun(word: string | undefined): boolean {
  return word !== undefined && (runWords.has(word) || isTask(word));
}

/** No command has a colon in its name. */
export function isTask(word: string | undefined): boolean {
  return word !== undefined && !word.startsWith('-') && word.includes(':');
}
