const escape = 0x1b;
const cleanText = /^[\t\n\u0020-\u007E\u00A0-\uFFFF]*$/;

/**
 * Makes text from a task safe to print beside other text. What only styles text (`ESC [ … m`) stays
 * where `color` is true. Everything else that a terminal would obey goes: cursor movement, clearing,
 * titles, links, mode switches, C0 and C1 controls. Newlines and tabs stay; so does a carriage return
 * that ends a line, as nothing. A sequence that is cut off at the end is dropped.
 *
 * Syntax of the sequences: ECMA-48, 5.4 (control sequences) and 5.6 (control strings).
 */
export function cleanTerminalText(text: string, color: boolean): string {
  if (cleanText.test(text)) return text;
  let cleaned = '';
  let index = 0;
  while (index < text.length) {
    const code = text.charCodeAt(index);
    const end = isIntroducer(code) ? findSequenceEnd(text, index) : index + 1;
    if (end > index + 1) {
      if (color && isStyle(text, index, end)) cleaned += text.slice(index, end);
    } else if (isPrintable(code)) {
      cleaned += text[index];
    }
    index = end;
  }
  return cleaned;
}

/** Whether the text holds styles that must be reset after it. */
export function hasStyles(text: string): boolean {
  return text.includes('\u001B[');
}

function isPrintable(code: number): boolean {
  return code === 0x09 || code === 0x0a || (code >= 0x20 && code < 0x7f) || code >= 0xa0;
}

/** ESC, or the one-character forms of CSI, DCS, SOS, OSC, PM and APC. */
function isIntroducer(code: number): boolean {
  return code === escape || code === 0x9b || code === 0x90 || code === 0x98 || (code >= 0x9d && code <= 0x9f);
}

function findSequenceEnd(text: string, start: number): number {
  const first = text.charCodeAt(start);
  if (first !== escape) return first === 0x9b ? findControlEnd(text, start + 1) : findStringEnd(text, start + 1);
  const second = text.charCodeAt(start + 1);
  if (second === 0x5b) return findControlEnd(text, start + 2);
  if (second === 0x50 || second === 0x58 || (second >= 0x5d && second <= 0x5f)) return findStringEnd(text, start + 2);
  return findEscapeEnd(text, start + 1);
}

/** Parameters and intermediates (0x20-0x3F), then one final character (0x40-0x7E). */
function findControlEnd(text: string, from: number): number {
  let index = from;
  while (index < text.length && text.charCodeAt(index) >= 0x20 && text.charCodeAt(index) <= 0x3f) index += 1;
  const final = text.charCodeAt(index);
  return final >= 0x40 && final <= 0x7e ? index + 1 : index;
}

/** Up to BEL, ST or ESC \. An unclosed string ends with its line, so that it cannot hide the rest of the output. */
function findStringEnd(text: string, from: number): number {
  for (let index = from; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code === 0x07 || code === 0x9c) return index + 1;
    if (code === 0x0a) return index;
    if (code === escape) return text[index + 1] === '\\' ? index + 2 : index;
  }
  return text.length;
}

/** Intermediates (0x20-0x2F), then one final character (0x30-0x7E). */
function findEscapeEnd(text: string, from: number): number {
  let index = from;
  while (index < text.length && text.charCodeAt(index) >= 0x20 && text.charCodeAt(index) <= 0x2f) index += 1;
  const final = text.charCodeAt(index);
  return Math.max(from, final >= 0x30 && final <= 0x7e ? index + 1 : index);
}

const styleParameters = /^\[[\d;:]*m$/;

function isStyle(text: string, start: number, end: number): boolean {
  return text.charCodeAt(start) === escape && styleParameters.test(text.slice(start + 1, end));
}
