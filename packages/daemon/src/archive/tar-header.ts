import { ArchiveProblem } from './archive-problem.ts';

export const tarBlockBytes = 512;

export interface TarHeader {
  readonly name: string;
  readonly type: string;
  readonly sizeBytes: number;
  readonly linkTarget: string;
}

/** Fields as POSIX.1-1988 `ustar` places them; GNU's archives have them in the same places. */
export function parseTarHeader(block: Buffer): TarHeader {
  checkSum(block);
  const isPosix = block.toString('latin1', 257, 263) === 'ustar\0';
  const prefix = isPosix ? readText(block, 345, 155) : '';
  const name = readText(block, 0, 100);
  return {
    name: prefix === '' ? name : `${prefix}/${name}`,
    type: String.fromCharCode(block[156] ?? 0),
    sizeBytes: readNumber(block, 124, 12),
    linkTarget: readText(block, 157, 100),
  };
}

/** `<length> <key>=<value>\n`, repeated; a size would move what follows, and nobody needs one. */
export function parsePax(text: Buffer): { readonly path?: string; readonly linkpath?: string } {
  const found: { path?: string; linkpath?: string } = {};
  let rest = text;
  while (rest.length > 0) {
    const match = /^(\d{1,6}) ([^=\n]{1,200})=/.exec(rest.toString('latin1', 0, 220));
    const lengthBytes = Number(match?.[1] ?? 0);
    if (match === null || lengthBytes > rest.length || lengthBytes <= match[0].length) {
      throw new ArchiveProblem('an extended header is malformed');
    }
    const value = rest.toString('utf8', match[0].length, lengthBytes - 1);
    const key = match[2];
    if (key === 'size' || key?.startsWith('GNU.sparse')) throw new ArchiveProblem(`the extended header has ${key}`);
    if (key === 'path' || key === 'linkpath') found[key] = value;
    rest = rest.subarray(lengthBytes);
  }
  return found;
}

function checkSum(block: Buffer): void {
  let sum = 0;
  for (const [index, byte] of block.entries()) sum += index >= 148 && index < 156 ? 32 : byte;
  if (sum !== readNumber(block, 148, 8)) throw new ArchiveProblem('the checksum of an entry is wrong');
}

/** Octal text, or, with the highest bit set, a binary number (GNU, for files of more than 8 GiB). */
function readNumber(block: Buffer, offset: number, length: number): number {
  const field = block.subarray(offset, offset + length);
  if (((field[0] ?? 0) & 0x80) !== 0) {
    const value = field.subarray(1).reduce((sum, byte) => sum * 256 + byte, 0);
    if (Number.isSafeInteger(value)) return value;
  }
  const text = field.toString('latin1').replaceAll('\0', ' ').trim();
  if (!/^[0-7]{1,11}$/.test(text)) throw new ArchiveProblem('a number of an entry is malformed');
  return Number.parseInt(text, 8);
}

function readText(block: Buffer, offset: number, length: number): string {
  const field = block.subarray(offset, offset + length);
  const end = field.indexOf(0);
  return field.toString('utf8', 0, end === -1 ? length : end);
}
