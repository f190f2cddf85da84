import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { isSameStat, toFileStat, type FileStat } from '../outputs/found-output.ts';
import { OutputTrouble, toOutputTrouble } from '../outputs/output-trouble.ts';
import { placePath } from '../outputs/place-path.ts';

/** Up to this size a file is read in one go; above, piece by piece without blocking. */
export const smallFileBytes = 1024 * 1024;
const pieceBytes = 512 * 1024;

/** A file among the outputs, with the stat with which it was found. */
export interface FoundFile {
  readonly path: string;
  readonly stat: FileStat;
}

/** The bytes of a small file that still has its stat. Throws `OutputTrouble` otherwise, and where it cannot be read. */
export function readSmallFile(rootAbsolute: string, { path, stat }: FoundFile): Buffer {
  try {
    const descriptor = openSync(placePath(rootAbsolute, path), readFlags);
    try {
      return readDescriptor(descriptor, { path, stat });
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    throw toOutputTrouble(error, path);
  }
}

function readDescriptor(descriptor: number, { path, stat }: FoundFile): Buffer {
  if (!isSameStat(toFileStat(fstatSync(descriptor)), stat)) throw changed(path);
  const bytes = Buffer.allocUnsafe(stat.sizeBytes);
  let filled = 0;
  while (filled < bytes.length) {
    const count = readSync(descriptor, bytes, filled, bytes.length - filled, null);
    if (count === 0) throw changed(path);
    filled += count;
  }
  return bytes;
}

/** The same for a large file, in pieces that belong to the caller. */
export async function* readLargeFile(rootAbsolute: string, { path, stat }: FoundFile): AsyncGenerator<Buffer> {
  try {
    const file = await open(placePath(rootAbsolute, path), readFlags);
    try {
      if (!isSameStat(toFileStat(await file.stat()), stat)) throw changed(path);
      let missing = stat.sizeBytes;
      while (missing > 0) {
        const buffer = Buffer.allocUnsafe(Math.min(pieceBytes, missing));
        const { bytesRead } = await file.read(buffer, 0, buffer.length, null);
        if (bytesRead === 0) throw changed(path);
        missing -= bytesRead;
        yield buffer.subarray(0, bytesRead);
      }
      if (!isSameStat(toFileStat(await file.stat()), stat)) throw changed(path);
    } finally {
      await file.close();
    }
  } catch (error) {
    throw toOutputTrouble(error, path);
  }
}

const readFlags = constants.O_RDONLY | constants.O_NOFOLLOW;

/** What would be stored is neither the old nor the new contents. */
function changed(path: string): OutputTrouble {
  return new OutputTrouble(`"${path}" was written to while it was being read`);
}
