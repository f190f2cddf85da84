const quote = 0x22;
const backslash = 0x5c;
/** `[`, `{` and `,`: what each value but the first has before it. */
const separators: ReadonlySet<number> = new Set([0x5b, 0x7b, 0x2c]);

/**
 * How many values a JSON text holds at most, or so many that they are more than `most`. Parsed, a value takes up to a
 * hundred times the byte or two that it has in the text: who does not trust the text counts before parsing.
 */
export function countJsonValues(bytes: Uint8Array, most: number): number {
  let count = 1;
  let isText = false;
  for (let at = 0; at < bytes.length && count <= most; at += 1) {
    const byte = bytes[at]!;
    if (byte === quote) isText = !isText;
    else if (!isText) count += separators.has(byte) ? 1 : 0;
    else if (byte === backslash) at += 1;
  }
  return count;
}
