import { stripVTControlCharacters } from 'node:util';

const plainAscii = /^[\u0020-\u007E]*$/;
/** Characters that are one column wide whatever follows: Latin, Greek, Cyrillic, arrows, boxes, check marks. */
const narrow =
  /^[\u0020-\u007E\u00A0-\u00AC\u00AE-\u02FF\u0370-\u0482\u2010-\u2027\u2190-\u21FF\u2500-\u25FC\u2713-\u2718]*$/;
/** East Asian Wide and Fullwidth, by block (Unicode UAX 11); emoji are handled apart. */
const wide =
  /^[\u1100-\u115F\u2E80-\u303E\u3041-\u4DBF\u4E00-\uA4CF\uA960-\uA97F\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF01-\uFF60\uFFE0-\uFFE6\u{1B000}-\u{1B2FF}\u{1F200}-\u{1F2FF}\u{20000}-\u{3FFFD}]/u;

/** Columns that one line of text takes in a terminal; escape sequences take none. */
export function displayWidth(text: string): number {
  if (plainAscii.test(text)) return text.length;
  const stripped = stripVTControlCharacters(text);
  if (narrow.test(stripped)) return stripped.length;
  let width = 0;
  for (const { segment } of createSegmenter().segment(stripped)) width += segmentWidth(segment);
  return width;
}

/** Cuts to `columns`, the last of them `…` where something was cut. Styles that were opened are closed. */
export function truncateToWidth(text: string, columns: number): string {
  if (columns <= 0) return '';
  if (text.length <= columns && plainAscii.test(text)) return text;
  if (displayWidth(text) <= columns) return text;
  if (plainAscii.test(text)) return `${text.slice(0, columns - 1)}…`;
  const kept = takeColumns(text, columns - 1);
  return kept.includes('\u001B[') ? `${kept}…\u001B[0m` : `${kept}…`;
}

/** Exactly `columns` wide: cut or filled with spaces on the right. */
export function fitToWidth(text: string, columns: number): string {
  const cut = truncateToWidth(text, columns);
  return cut + ' '.repeat(Math.max(0, columns - displayWidth(cut)));
}

/** At least `columns` wide. */
export function padToWidth(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - displayWidth(text)));
}

function createSegmenter(): Intl.Segmenter {
  return new Intl.Segmenter('en', { granularity: 'grapheme' });
}

/** What Unicode says of characters is put together where an expression stands: here, for those who need it. */
function segmentWidth(segment: string): number {
  if (/^[\p{Mark}\p{Format}\p{Control}\u200B]+$/u.test(segment)) return 0;
  return /\p{Emoji_Presentation}|\uFE0F/u.test(segment) || wide.test(segment) ? 2 : 1;
}

const leadingStyle = /^\[[\d;:]*m/;

function takeColumns(text: string, columns: number): string {
  const segmenter = createSegmenter();
  let kept = '';
  let width = 0;
  for (const [index, part] of text.split('\u001B').entries()) {
    const style = index === 0 ? '' : (leadingStyle.exec(part)?.[0] ?? '');
    if (style !== '') kept += `\u001B${style}`;
    for (const { segment } of segmenter.segment(part.slice(style.length))) {
      width += segmentWidth(segment);
      if (width > columns) return kept;
      kept += segment;
    }
  }
  return kept;
}
