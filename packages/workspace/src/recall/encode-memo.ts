import { digestBytes } from '../digest.ts';
import { PathList } from './path-list.ts';
import type { StatProof } from './stat-proof.ts';

/** What a command answered, as far as it can be answered again, and what proves that the answer still stands. */
export interface EncodedMemo {
  readonly proof: StatProof;
  /**
   * JSON of whoever wrote it: what the answer looks like where it goes to most often. Null where it answers no command as a
   * whole, and what it says of parts is only true of those that no broken row concerns.
   */
  readonly telling: string | null;
  /** JSON of whoever wrote it: what has to be known to tell it anywhere else. */
  readonly answer: string;
  /** Whatever the answer needs as bytes. */
  readonly attachment: Uint8Array;
}

/*
 * A memo, in the byte order of the machine:
 *
 *   0  magic, 8 bytes            40  checksum of the whole file with these 16 bytes zero
 *   8  version, u32              56  size, mtime, ctime, inode: f64 a row each
 *  12  byte order mark, u32          mode: u32 a row
 *  16  rows, u32                     kind: u8 a row
 *  20  bytes of paths, u32           paths: UTF-8, separated by NUL
 *  24  bytes of the telling, u32     telling: UTF-8; empty for none
 *  28  bytes of the answer, u32      answer: UTF-8
 *  32  bytes attached, u32           attachment
 *  36  rows of paths that no watcher reports, u32
 */
const magic = Buffer.from('LARDERme');
const version = 3;
const byteOrderMark = 0x01020304;
const headerNumbers = 8;
const headerSizeBytes = 56;
const checksumStart = 40;
const rowSizeBytes = 4 * 8 + 4 + 1;

export function encodeMemo({ proof, telling, answer, attachment }: EncodedMemo): Buffer {
  const count = proof.paths.length;
  const paths = Buffer.from(proof.paths.text, 'utf8');
  const tails = [paths, Buffer.from(telling ?? '', 'utf8'), Buffer.from(answer, 'utf8'), attachment];
  const size = tails.reduce((sum, { length }) => sum + length, headerSizeBytes + count * rowSizeBytes);
  const encoded = Buffer.from(new ArrayBuffer(size));
  magic.copy(encoded, 0);
  const numbers = [version, byteOrderMark, count, ...tails.map(({ length }) => length), proof.unwatched];
  new Uint32Array(encoded.buffer, 8, headerNumbers).set(numbers);
  let offset = headerSizeBytes;
  const { sizesBytes, mtimesMs, ctimesMs, inodes, modes, kinds } = proof;
  for (const column of [sizesBytes, mtimesMs, ctimesMs, inodes, modes, kinds]) {
    encoded.set(new Uint8Array(column.buffer, column.byteOffset, column.byteLength), offset);
    offset += column.byteLength;
  }
  for (const bytes of tails) {
    encoded.set(bytes, offset);
    offset += bytes.length;
  }
  encoded.set(digestBytes(encoded), checksumStart);
  return encoded;
}

/** A memo as it was read; its parts are decoded when they are asked for. */
export interface DecodedMemo {
  readonly proof: StatProof;
  /** Null as in `EncodedMemo`. */
  readonly telling: (() => string) | null;
  answer(): string;
  readonly attachment: Uint8Array;
}

/**
 * Null for anything but a whole memo of this version. `rows`: the proof has those of paths that no watcher reports
 * alone, where a watcher says that nothing else changed; the others take longer to read than to take on trust. It has all
 * rows in any case where nothing is told: then the paths count, too.
 */
export function decodeMemo(file: Buffer, rows: 'all' | 'unwatched' = 'all'): DecodedMemo | null {
  if (file.length < headerSizeBytes || !file.subarray(0, magic.length).equals(magic)) return null;
  const encoded = file.byteOffset % 8 === 0 ? file : copyAligned(file);
  const { buffer, byteOffset: start } = encoded;
  const [fileVersion, mark, count = 0, ...sizes] = new Uint32Array(buffer, start + 8, headerNumbers);
  if (fileVersion !== version || mark !== byteOrderMark) return null;
  const [pathsSize = 0, tellingSize = 0, answerSize = 0, attachedSize = 0, unwatched = 0] = sizes;
  const pathsStart = headerSizeBytes + count * rowSizeBytes;
  const tellingStart = pathsStart + pathsSize;
  const answerStart = tellingStart + tellingSize;
  const attachmentStart = answerStart + answerSize;
  if (encoded.length !== attachmentStart + attachedSize || !hasItsChecksum(encoded)) return null;
  const takesAll = rows === 'all' || tellingSize === 0;
  const taken = takesAll ? count : unwatched;
  const pathsEnd = takesAll ? tellingStart : findEnd(encoded, pathsStart, unwatched);
  const numbers = (column: number) => new Float64Array(buffer, start + headerSizeBytes + column * count * 8, taken);
  const modesStart = start + headerSizeBytes + count * 32;
  return {
    proof: {
      paths: new PathList(encoded.toString('utf8', pathsStart, taken === 0 ? pathsStart : pathsEnd), taken),
      sizesBytes: numbers(0),
      mtimesMs: numbers(1),
      ctimesMs: numbers(2),
      inodes: numbers(3),
      modes: new Uint32Array(buffer, modesStart, taken),
      kinds: new Uint8Array(buffer, modesStart + count * 4, taken),
      unwatched,
    },
    telling: tellingSize === 0 ? null : () => encoded.toString('utf8', tellingStart, answerStart),
    answer: () => encoded.toString('utf8', answerStart, attachmentStart),
    attachment: encoded.subarray(attachmentStart),
  };
}

/** Where so many of the paths that begin at `start` end; the last of all has no separator behind it. */
function findEnd(encoded: Buffer, start: number, count: number): number {
  let end = start - 1;
  for (let found = 0; found < count && end !== -1; found += 1) end = encoded.indexOf(0, end + 1);
  return end;
}

function hasItsChecksum(encoded: Buffer): boolean {
  const checksum = Buffer.from(encoded.subarray(checksumStart, headerSizeBytes));
  encoded.fill(0, checksumStart, headerSizeBytes);
  return checksum.equals(digestBytes(encoded));
}

function copyAligned(file: Buffer): Buffer {
  const aligned = Buffer.from(new ArrayBuffer(file.length));
  file.copy(aligned);
  return aligned;
}
