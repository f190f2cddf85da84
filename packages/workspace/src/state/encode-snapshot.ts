import type { WorkspacePath } from '@larder/core';

import { digestBytes } from '../digest.ts';
import { digestSizeBytes, RowState } from './file-table.ts';
import type { FileTable } from './file-table.ts';

/*
 * The file `.larder/state/files`, in the byte order of the machine:
 *
 *   0  magic, 8 bytes            24  checksum of the whole file with these 16 bytes zero
 *   8  version, u32              40  size, mtime, ctime, inode: f64 a row each
 *  12  byte order mark, u32          mode: u32 a row
 *  16  rows, u32                     digests: 16 bytes a row
 *  20  bytes of paths, u32           paths: UTF-8, separated by NUL
 */
const magic = Buffer.from('LARDERft');
const version = 1;
const byteOrderMark = 0x01020304;
const headerSizeBytes = 40;
const checksumStart = 24;
const rowSizeBytes = 4 * 8 + 4 + digestSizeBytes;

/**
 * Every row of the table must have facts that can be trusted later. `rules` say how the digests were made; it goes
 * into the checksum, so that a snapshot that was made by other rules is worth nothing.
 */
export function encodeSnapshot(table: FileTable, rules = ''): Buffer {
  const count = table.paths.length;
  const paths = table.paths.join('\0');
  const pathsSizeBytes = Buffer.byteLength(paths);
  const encoded = Buffer.alloc(headerSizeBytes + count * rowSizeBytes + pathsSizeBytes);
  magic.copy(encoded, 0);
  new Uint32Array(encoded.buffer, encoded.byteOffset + 8, 4).set([version, byteOrderMark, count, pathsSizeBytes]);
  let offset = headerSizeBytes;
  for (const column of [table.sizeBytes, table.mtimeMs, table.ctimeMs, table.inode, table.mode, table.digests]) {
    encoded.set(new Uint8Array(column.buffer, column.byteOffset, column.byteLength), offset);
    offset += column.byteLength;
  }
  encoded.write(paths, offset, 'utf8');
  checksumOf(encoded, rules).copy(encoded, checksumStart);
  return encoded;
}

/** Null for anything but a whole snapshot of this version: torn, foreign and old ones are worth nothing. */
export function decodeSnapshot(file: Buffer, rules = ''): FileTable | null {
  const encoded = alignToEight(file);
  if (encoded.length < headerSizeBytes || !encoded.subarray(0, magic.length).equals(magic)) return null;
  const { buffer, byteOffset: start } = encoded;
  const [fileVersion, mark, count = 0, pathsSizeBytes = 0] = new Uint32Array(buffer, start + 8, 4);
  if (fileVersion !== version || mark !== byteOrderMark) return null;
  if (encoded.length !== headerSizeBytes + count * rowSizeBytes + pathsSizeBytes || !hasItsChecksum(encoded, rules))
    return null;
  const numbers = (column: number) => new Float64Array(buffer, start + headerSizeBytes + column * count * 8, count);
  const modeStart = headerSizeBytes + count * 32;
  const digestsStart = modeStart + count * 4;
  const pathsStart = digestsStart + count * digestSizeBytes;
  return {
    paths: count === 0 ? [] : (encoded.toString('utf8', pathsStart).split('\0') as WorkspacePath[]),
    sizeBytes: numbers(0),
    mtimeMs: numbers(1),
    ctimeMs: numbers(2),
    inode: numbers(3),
    mode: new Uint32Array(buffer, start + modeStart, count),
    state: new Uint8Array(count).fill(RowState.hasFacts),
    digests: encoded.subarray(digestsStart, pathsStart),
  };
}

function hasItsChecksum(encoded: Buffer, rules: string): boolean {
  const checksum = Buffer.from(encoded.subarray(checksumStart, headerSizeBytes));
  encoded.fill(0, checksumStart, headerSizeBytes);
  return checksumOf(encoded, rules).equals(checksum);
}

function checksumOf(encoded: Buffer, rules: string): Buffer {
  const checksum = digestBytes(encoded);
  return rules === '' ? checksum : digestBytes(Buffer.concat([checksum, Buffer.from(rules)]));
}

/** Typed arrays need their offset aligned; small buffers come from a pool and may start anywhere. */
function alignToEight(file: Buffer): Buffer {
  if (file.byteOffset % 8 === 0) return file;
  const aligned = Buffer.from(new ArrayBuffer(file.length));
  file.copy(aligned);
  return aligned;
}
