import type { OutputTail } from '@larder/report';
import { cleanTerminalText } from '@larder/report';

/** Where a search in one task's output stands. */
export interface Match {
  /** The number of the line. */
  readonly line: number;
  /** Of the matching lines, the first is 1. */
  readonly position: number;
  readonly count: number;
}

/** Ignores case as long as the text has no capitals; styles and controls in the output do not count. */
export function createLineTest(text: string): (line: string) => boolean {
  if (text === '') return () => false;
  const exact = text !== text.toLowerCase();
  return (line) => {
    const plain = line.includes('\u001B') ? cleanTerminalText(line, false) : line;
    return exact ? plain.includes(text) : plain.toLowerCase().includes(text);
  };
}

/**
 * The first match at or after a line, or the last one before it, going round at the ends; null where
 * there is none. Looks at every line that is held, which are a bounded number.
 */
export function findMatch(
  output: OutputTail,
  text: string,
  from: { readonly line: number; readonly direction: 'down' | 'up' },
): Match | null {
  const test = createLineTest(text);
  const first = output.droppedLines;
  const lines = output.slice(first, output.endLine);
  const numbers = lines.flatMap((line, index) => (test(line) ? [first + index] : []));
  if (numbers.length === 0) return null;
  const found =
    from.direction === 'down'
      ? (numbers.find((line) => line >= from.line) ?? numbers[0])
      : (numbers.findLast((line) => line < from.line) ?? numbers.at(-1));
  const line = found ?? 0;
  return { line, position: numbers.indexOf(line) + 1, count: numbers.length };
}
