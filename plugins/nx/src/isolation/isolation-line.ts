import { isolationVariable } from './env-files.ts';

/** Says to whoever finds the line where it comes from, and lets it be told from one that a person wrote. */
const comment = '# Nx loads plugins into its own process (@larder/nx); for a process each, remove these two lines.';
const setting = `${isolationVariable}=false`;

/** `text` of an `.env` file with the setting at its end; null: there is no file. */
export function addIsolationLine(text: string | null): string {
  const before = text ?? '';
  const lineEnd = before.includes('\r\n') ? '\r\n' : '\n';
  const isOpen = before !== '' && !before.endsWith('\n');
  return `${before}${isOpen ? lineEnd : ''}${comment}${lineEnd}${setting}${lineEnd}`;
}

/** Takes out what `addIsolationLine` has added; null where that is not there as it was written. */
export function removeIsolationLine(text: string): string | null {
  for (const lineEnd of ['\n', '\r\n']) {
    const added = `${comment}${lineEnd}${setting}${lineEnd}`;
    const [before, after, ...more] = text.split(added);
    if (after !== undefined && more.length === 0) return `${before}${after}`;
  }
  return null;
}
