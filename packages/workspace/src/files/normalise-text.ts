import type { LineEndings } from './text-attributes.ts';

/** Git reads whole files to convert them; what is larger than this is hashed as it is. */
export const maxTextSizeBytes = 64 * 1024 * 1024;

const cr = 0x0d;
const lf = 0x0a;

/** A file's bytes as they count. */
export function asStored(content: Buffer, lineEndings: LineEndings): Buffer {
  return lineEndings === 'as-is' || content.length > maxTextSizeBytes ? content : normaliseText(content, lineEndings);
}

/** The bytes as git would store them: `\r\n` becomes `\n`. The same object where there is nothing to do. */
export function normaliseText(content: Buffer, lineEndings: 'text' | 'auto'): Buffer {
  if (!content.includes('\r\n')) return content;
  if (lineEndings === 'auto' && looksBinary(content)) return content;
  const normalised = Buffer.allocUnsafe(content.length);
  let length = 0;
  for (let index = 0; index < content.length; index += 1) {
    const byte = content[index]!;
    if (byte === cr && content[index + 1] === lf) continue;
    normalised[length] = byte;
    length += 1;
  }
  return normalised.subarray(0, length);
}

/** As git decides it: a NUL, a lone CR, or more than one unprintable byte in 128 (git's convert.c, `convert_is_binary`). */
function looksBinary(content: Buffer): boolean {
  let unprintable = 0;
  for (let index = 0; index < content.length; index += 1) {
    const byte = content[index]!;
    if (byte === 0) return true;
    if (byte === cr && content[index + 1] !== lf) return true;
    const isControl = byte < 0x20 && byte !== lf && byte !== cr && !printableControls.has(byte);
    // A file that DOS ended with ^Z is text all the same.
    if ((isControl && !(byte === 0x1a && index === content.length - 1)) || byte === 0x7f) unprintable += 1;
  }
  return (content.length - unprintable) >>> 7 < unprintable;
}

/** Backspace, tab, form feed, escape. */
const printableControls = new Set([0x08, 0x09, 0x0c, 0x1b]);
