/**
 * What to say of a text that was not written in UTF-8: read as such, UTF-16 begins with two characters that stand for no
 * bytes of UTF-8 (its byte order mark), or every other of its first characters is nothing. Null for any other text.
 */
export function findForeignEncoding(text: string): string | null {
  const isForeign = text.startsWith('\uFFFD\uFFFD') || text.slice(0, 2).includes('\0');
  return isForeign ? 'it is written in UTF-16; save it as UTF-8' : null;
}
