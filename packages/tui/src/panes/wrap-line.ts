import { displayWidth } from '@larder/report';

const plainAscii = /^[\u0020-\u007E]*$/;
/** Nobody reads further in one line, and a minified file must not fill every page. */
export const maxRowsPerLine = 20;

/** Rows that a line takes, as `wrapLine` cuts it or nearly so: wide characters may need one more. */
export function countRows(line: string, columns: number): number {
  if (line.length <= columns && plainAscii.test(line)) return 1;
  return Math.min(maxRowsPerLine, Math.max(1, Math.ceil(displayWidth(line) / Math.max(1, columns))));
}

/**
 * Cuts a line into rows of at most `columns`, 20 of them at most. Styles go on in the next row; each
 * row closes what it opened.
 */
export function wrapLine(line: string, columns: number): readonly string[] {
  if (columns < 1) return [''];
  if (plainAscii.test(line)) return wrapAscii(line, columns);
  if (displayWidth(line) <= columns) return [line];
  return wrapStyled(line, columns);
}

function wrapAscii(line: string, columns: number): readonly string[] {
  if (line.length <= columns) return [line];
  const rows: string[] = [];
  for (let start = 0; start < line.length && rows.length < maxRowsPerLine; start += columns) {
    rows.push(line.slice(start, start + columns));
  }
  return rows;
}

const styleOrText = /\u001B\[[\d;:]*m|[^\u001B]+|\u001B/g;
const reset = '\u001B[0m';

function wrapStyled(line: string, columns: number): readonly string[] {
  const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });
  const rows: string[] = [];
  let row = '';
  let width = 0;
  let style = '';
  for (const [part] of line.matchAll(styleOrText)) {
    if (part.startsWith('\u001B')) {
      style = part === reset || part === '\u001B[m' ? '' : style + part;
      row += part;
      continue;
    }
    for (const { segment } of segmenter.segment(part)) {
      const segmentColumns = displayWidth(segment);
      if (segmentColumns > columns) continue;
      if (width + segmentColumns > columns) {
        rows.push(style === '' ? row : row + reset);
        if (rows.length === maxRowsPerLine) return rows;
        row = style;
        width = 0;
      }
      row += segment;
      width += segmentColumns;
    }
  }
  return [...rows, style === '' ? row : row + reset];
}
