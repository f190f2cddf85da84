import type { EntryFacts } from './storage.ts';
import { parseStoredFacts } from './stored-facts.ts';

/**
 * An entry is one file: the body, then its facts as JSON, the length of the JSON (4 bytes, big-endian) and a mark.
 * The facts come last because size and SHA-256 are known only when the body has arrived; in one file they appear
 * and vanish together with the body, and a file that was cut short has no mark.
 */
const mark = Buffer.from('LARDER1\n', 'latin1');
const tailBytes = 4 + mark.length;

/** No footer is longer. */
export const footerLimitBytes = 8 * 1024;

/** Throws where the facts are longer than `footerLimitBytes`: whoever writes keeps names and attributes short. */
export function encodeFooter(facts: EntryFacts): Buffer {
  const json = Buffer.from(JSON.stringify(facts), 'utf8');
  if (json.length + tailBytes > footerLimitBytes) throw new RangeError('The facts of an entry are too long.');
  const length = Buffer.alloc(4);
  length.writeUInt32BE(json.length);
  return Buffer.concat([json, length, mark]);
}

/** `end` is the end of a file of `fileSizeBytes`. Null where that file is not a whole entry. */
export function decodeFooter(end: Buffer, fileSizeBytes: number): EntryFacts | null {
  const jsonEnd = end.length - tailBytes;
  if (jsonEnd < 0 || !end.subarray(end.length - mark.length).equals(mark)) return null;
  const jsonStart = jsonEnd - end.readUInt32BE(jsonEnd);
  if (jsonStart < 0) return null;
  const facts = parseStoredFacts(end.toString('utf8', jsonStart, jsonEnd));
  const footerBytes = end.length - jsonStart;
  return facts !== null && facts.sizeBytes + footerBytes === fileSizeBytes ? facts : null;
}
