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
  const block = Buffer.from(template);
  block[156] = types[kind];
  const sum =
    templateSum +
    types[kind] +
    writeText(block, kind === 'directory' ? `${path}/` : path, 0) +
    writeText(block, linkTarget, 157) +
    addOctal(block, mode, 105) +
    addOctal(block, sizeBytes, 133);
  addOctal(block, sum, 153);
  return block;
}

/** Whether a block is what `encodePlainHeader` makes of an entry. */
export function isPlainHeaderOf(block: Buffer, entry: TarEntry): boolean {
  return isPlainEntry(entry) && encodePlainHeader(entry).equals(block);
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
  return isPlainHeaderOf(block, entry) ? entry : null;
}

/** The header of a nameless, empty file of no type; each number is zeros, and its last digit is where `addOctal` begins. */
const template = Buffer.alloc(blockBytes);
for (const at of [100, 108, 116, 148, 329, 337]) template.write('000000 ', at, 'latin1');
for (const at of [124, 136]) template.write('0000000000 ', at, 'latin1');
template.write('ustar\u000000', 257, 'latin1');
/** Without the checksum, which counts as eight spaces. */
const templateSum = template.reduce((sum, byte, at) => sum + (at >= 148 && at < 156 ? 0x20 : byte), 0);

/** The sum of the characters. */
function writeText(block: Buffer, text: string, start: number): number {
  let sum = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    block[start + at] = code;
    sum += code;
  }
  return sum;
}

/** Adds digits to zeros, from the last one; their sum. */
function addOctal(block: Buffer, value: number, lastAt: number): number {
  let sum = 0;
  let at = lastAt;
  for (let rest = value; rest > 0; rest >>= 3) {
    const digit = rest & 7;
    block[at] = 0x30 + digit;
    at -= 1;
    sum += digit;
  }
  return sum;
}

function readText(block: Buffer, start: number, maxLength: number): string {
  const end = block.indexOf(0, start);
  return block.toString('latin1', start, end === -1 ? start + maxLength : Math.min(end, start + maxLength));
}
