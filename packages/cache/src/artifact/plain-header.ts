import { blockBytes, type TarEntry } from './tar-entry.ts';

/*
 * The one form that nearly all tar headers of artifacts have: an ASCII path of less than 100 bytes, a size under 1 GiB,
 * nobody's, of no time (POSIX, IEEE Std 1003.1, "ustar Interchange Format"). Byte for byte what the `tar` package writes,
 * which has all the others; it need not be loaded for these.
 */

const maxPathLength = 99;
const maxLinkLength = 100;
const maxSizeBytes = 8 ** 10;
const types = { file: 0x30, directory: 0x35, symlink: 0x32 } as const;
const kinds: ReadonlyMap<number, TarEntry['kind']> = new Map([
  [types.file, 'file'],
  [types.directory, 'directory'],
  [types.symlink, 'symlink'],
]);
const printable = /^[\u0020-\u007e]*$/;

/** Whether `encodePlainHeader` can say it. */
export function isPlainEntry({ kind, path, mode, sizeBytes, linkTarget }: TarEntry): boolean {
  const length = path.length + (kind === 'directory' ? 1 : 0);
  return (
    length <= maxPathLength &&
    linkTarget.length <= maxLinkLength &&
    sizeBytes < maxSizeBytes &&
    mode <= 0o777 &&
    printable.test(path) &&
    printable.test(linkTarget)
  );
}

/** The header block of an entry that is plain. */
export function encodePlainHeader({ kind, path, mode, sizeBytes, linkTarget }: TarEntry): Buffer {
  const block = Buffer.alloc(blockBytes);
  block.write(kind === 'directory' ? `${path}/` : path, 0, 'latin1');
  block.write(`${octal(mode, 6)} \u0000${zeroIds}${octal(sizeBytes, 10)} \u0000${zeroTime}        `, 100, 'latin1');
  block[156] = types[kind];
  block.write(linkTarget, 157, 'latin1');
  block.write(magic, 257, 'latin1');
  block.write(zeroDevice, 329, 'latin1');
  let sum = 0;
  for (const byte of block) sum += byte;
  block.write(`${octal(sum, 6)} \u0000`, 148, 'latin1');
  return block;
}

/** Null where the block is anything but what `encodePlainHeader` makes of an entry. */
export function decodePlainHeader(block: Buffer): TarEntry | null {
  const kind = kinds.get(block[156] ?? 0);
  if (kind === undefined) return null;
  const name = readText(block, 0, maxLinkLength);
  const entry = {
    kind,
    path: kind === 'directory' ? name.slice(0, -1) : name,
    mode: Number.parseInt(block.toString('latin1', 100, 106), 8),
    sizeBytes: Number.parseInt(block.toString('latin1', 124, 134), 8),
    linkTarget: readText(block, 157, maxLinkLength),
  };
  return isPlainEntry(entry) && encodePlainHeader(entry).equals(block) ? entry : null;
}

const zeroIds = '000000 \u0000000000 \u0000';
const zeroTime = '0000000000 \u0000';
const magic = 'ustar\u000000';
const zeroDevice = '000000 \u0000000000 \u0000';

function octal(value: number, digits: number): string {
  return value.toString(8).padStart(digits, '0');
}

function readText(block: Buffer, start: number, maxLength: number): string {
  const end = block.indexOf(0, start);
  return block.toString('latin1', start, end === -1 ? start + maxLength : Math.min(end, start + maxLength));
}
