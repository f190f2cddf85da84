import { digestBytes } from '../digest.ts';
import type { StatProof } from './stat-proof.ts';

/** What a command answered, as far as it can be answered again, and what proves that the answer still stands. */
export interface EncodedMemo {
  readonly proof: StatProof;
  /** JSON of whoever wrote it. */
  readonly answer: string;
  /** Whatever the answer needs as bytes. */
  readonly attachment: Uint8Array;
}

/*
 * A memo, in the byte order of the machine:
 *
 *   0  magic, 8 bytes            32  checksum of the whole file with these 16 bytes zero
 *   8  version, u32              48  size, mtime, ctime, inode: f64 a row each
 *  12  byte order mark, u32          mode: u32 a row
 *  16  rows, u32                     kind: u8 a row
 *  20  bytes of paths, u32           paths: UTF-8, separated by NUL
 *  24  bytes of the answer, u32      answer: UTF-8
 *  28  bytes attached, u32           attachment
 */
const magic = Buffer.from('LARDERme');
const version = 1;
const byteOrderMark = 0x01020304;
const headerSizeBytes = 48;
const checksumStart = 32;
const rowSizeBytes = 4 * 8 + 4 + 1;

export function encodeMemo({ proof, answer, attachment }: EncodedMemo): Buffer {
  const count = proof.paths.length;
  const paths = Buffer.from(proof.paths.join('\0'), 'utf8');
  const text = Buffer.from(answer, 'utf8');
  const size = headerSizeBytes + count * rowSizeBytes + paths.length + text.length + attachment.length;
  const encoded = Buffer.from(new ArrayBuffer(size));
  magic.copy(encoded, 0);
  const numbers = [version, byteOrderMark, count, paths.length, text.length, attachment.length];
  new Uint32Array(encoded.buffer, 8, 6).set(numbers);
  let offset = headerSizeBytes;
  const { sizesBytes, mtimesMs, ctimesMs, inodes, modes, kinds } = proof;
  for (const column of [sizesBytes, mtimesMs, ctimesMs, inodes, modes, kinds]) {
    encoded.set(new Uint8Array(column.buffer, column.byteOffset, column.byteLength), offset);
    offset += column.byteLength;
  }
  for (const bytes of [paths, text, attachment]) {
    encoded.set(bytes, offset);
    offset += bytes.length;
  }
  digestBytes(encoded).copy(encoded, checksumStart);
  return encoded;
}

/** Null for anything but a whole memo of this version. */
export function decodeMemo(file: Buffer): EncodedMemo | null {
  if (file.length < headerSizeBytes || !file.subarray(0, magic.length).equals(magic)) return null;
  const encoded = file.byteOffset % 8 === 0 ? file : copyAligned(file);
  const { buffer, byteOffset: start } = encoded;
  const header = new Uint32Array(buffer, start + 8, 6);
  const [fileVersion, mark, count = 0, pathsSize = 0, textSize = 0, attachedSize = 0] = header;
  if (fileVersion !== version || mark !== byteOrderMark) return null;
  const pathsStart = headerSizeBytes + count * rowSizeBytes;
  const textStart = pathsStart + pathsSize;
  const attachmentStart = textStart + textSize;
  if (encoded.length !== attachmentStart + attachedSize || !hasItsChecksum(encoded)) return null;
  const numbers = (column: number) => new Float64Array(buffer, start + headerSizeBytes + column * count * 8, count);
  const modesStart = start + headerSizeBytes + count * 32;
  return {
    proof: {
      paths: count === 0 ? [] : encoded.toString('utf8', pathsStart, textStart).split('\0'),
      sizesBytes: numbers(0),
      mtimesMs: numbers(1),
      ctimesMs: numbers(2),
      inodes: numbers(3),
      modes: new Uint32Array(buffer, modesStart, count),
      kinds: new Uint8Array(buffer, modesStart + count * 4, count),
    },
    answer: encoded.toString('utf8', textStart, attachmentStart),
    attachment: encoded.subarray(attachmentStart),
  };
}

function hasItsChecksum(encoded: Buffer): boolean {
  const checksum = Buffer.from(encoded.subarray(checksumStart, headerSizeBytes));
  encoded.fill(0, checksumStart, headerSizeBytes);
  return digestBytes(encoded).equals(checksum);
}

function copyAligned(file: Buffer): Buffer {
  const aligned = Buffer.from(new ArrayBuffer(file.length));
  file.copy(aligned);
  return aligned;
}
