import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { OutputTrouble } from '../outputs/output-trouble.ts';
import { isSameStat, toFileStat, type FileStat } from '../outputs/found-output.ts';

/** Up to this size a file is read in one go; above, piece by piece without blocking. */
export const smallFileBytes = 1024 * 1024;
const pieceBytes = 512 * 1024;

/** The bytes of a small file that still has the stat with which it was found. Throws `OutputTrouble` otherwise. */
export function readSmallFile(absolutePath: string, found: FileStat): Buffer {
  const descriptor = openSync(absolutePath, readFlags);
  try {
    if (!isSameStat(toFileStat(fstatSync(descriptor)), found)) throw changed(absolutePath);
    const bytes = Buffer.allocUnsafe(found.sizeBytes);
    let filled = 0;
    while (filled < bytes.length) {
      const count = readSync(descriptor, bytes, filled, bytes.length - filled, null);
      if (count === 0) throw changed(absolutePath);
      filled += count;
    }
    return bytes;
  } finally {
    closeSync(descriptor);
  }
}

/** The same for a large file, in pieces that belong to the caller. */
export async function* readLargeFile(absolutePath: string, found: FileStat): AsyncGenerator<Buffer> {
  const file = await open(absolutePath, readFlags);
  try {
    if (!isSameStat(toFileStat(await file.stat()), found)) throw changed(absolutePath);
    let missing = found.sizeBytes;
    while (missing > 0) {
      const buffer = Buffer.allocUnsafe(Math.min(pieceBytes, missing));
      const { bytesRead } = await file.read(buffer, 0, buffer.length, null);
      if (bytesRead === 0) throw changed(absolutePath);
      missing -= bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
    if (!isSameStat(toFileStat(await file.stat()), found)) throw changed(absolutePath);
  } finally {
    await file.close();
  }
}

const readFlags = constants.O_RDONLY | constants.O_NOFOLLOW;

/** What would be stored is neither the old nor the new contents. */
function changed(absolutePath: string): OutputTrouble {
  return new OutputTrouble(`${absolutePath} was written to while it was being read`);
}
