import { displayWidth } from './display-width.ts';

/** Lines of at most `columns`, broken at spaces. A word that is longer than a line stays whole. */
export function wrapWords(text: string, columns: number): readonly string[] {
  if (displayWidth(text) <= columns) return [text];
  const indent = text.slice(0, text.length - text.trimStart().length);
  const lines: string[] = [];
  let line = indent;
  for (const word of text.trimStart().split(' ')) {
    const longer = line.trim() === '' ? line + word : `${line} ${word}`;
    if (displayWidth(longer) > columns && line.trim() !== '') {
      lines.push(line);
      line = indent + word;
    } else {
      line = longer;
    }
  }
  return [...lines, line];
}
