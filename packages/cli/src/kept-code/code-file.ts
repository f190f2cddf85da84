import {
  closeSync,
  constants,
  fstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  unlinkSync,
  writeFileSync,
  type Stats,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { digest } from '@larder/workspace';

/** Compiled code, and how much it has seen. */
export interface KeptCode {
  readonly code: Buffer;
  /** Processes that added to it what they compiled. */
  readonly generation: number;
  /** The commands that they ran. */
  readonly words: readonly string[];
  readonly writtenAtMs: number;
}

interface Header extends Pick<KeptCode, 'generation' | 'words'> {
  /** What the code was made of. */
  readonly origin: string;
  readonly digest: string;
}

/** Of a megabyte or two; an installation has up to six of them. */
const mostFiles = 48;

/** So that V8 can use the code where it lies. */
const alignment = 8;

/**
 * What was written for the same origin; null for anything else. V8 trusts code that looks like its own: so what was
 * damaged, or belongs to another user, or could be written by one, is not taken.
 */
export function readKeptCode(fileAbsolute: string, origin: string): KeptCode | null {
  const file = readOwnFile(fileAbsolute);
  const end = file?.bytes.indexOf('\n') ?? -1;
  if (file === null || end === -1) return null;
  const header = parseHeader(file.bytes.toString('utf8', 0, end));
  const code = file.bytes.subarray(end + 1);
  if (header?.origin !== origin || header.digest !== digest(code)) return null;
  return { code, generation: header.generation, words: header.words, writtenAtMs: file.writtenAtMs };
}

/**
 * Replaces it by a rename. Flushed, because half a file after a loss of power has its name. Of the files beside it the oldest
 * go, of installations that are gone perhaps. Never throws.
 */
export function writeKeptCode(fileAbsolute: string, origin: string, kept: Omit<KeptCode, 'writtenAtMs'>): void {
  const { code, generation, words } = kept;
  const header: Header = { origin, generation, words, digest: digest(code) };
  const text = JSON.stringify(header);
  const padding = ' '.repeat(alignment - 1 - (Buffer.byteLength(text) % alignment));
  const partial = `${fileAbsolute}.${process.pid}.partial`;
  try {
    mkdirSync(dirname(fileAbsolute), { recursive: true, mode: 0o700 });
    writeFileSync(partial, Buffer.concat([Buffer.from(`${text}${padding}\n`), code]), {
      flag: 'wx',
      mode: 0o600,
      flush: true,
    });
    renameSync(partial, fileAbsolute);
    removeOldest(dirname(fileAbsolute));
  } catch {
    // Whoever cannot write there compiles again.
    removeIfAny(partial);
  }
}

function removeOldest(folderAbsolute: string): void {
  const names = readdirSync(folderAbsolute);
  if (names.length <= mostFiles) return;
  const files = names
    .map((name) => join(folderAbsolute, name))
    .map((file) => ({ file, writtenAtMs: statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0 }))
    .toSorted((a, b) => b.writtenAtMs - a.writtenAtMs);
  for (const { file } of files.slice(mostFiles)) removeIfAny(file);
}

function removeIfAny(fileAbsolute: string): void {
  try {
    unlinkSync(fileAbsolute);
  } catch {
    return;
  }
}

/** A pipe in its place must not make anybody wait, nor a link lead elsewhere. */
const openFlags = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOFOLLOW ?? 0);

function readOwnFile(fileAbsolute: string): (Pick<KeptCode, 'writtenAtMs'> & { readonly bytes: Buffer }) | null {
  let descriptor: number | null = null;
  try {
    descriptor = openSync(fileAbsolute, openFlags);
    const stats = fstatSync(descriptor);
    return isOwn(stats) ? { bytes: readFileSync(descriptor), writtenAtMs: stats.mtimeMs } : null;
  } catch {
    return null;
  } finally {
    if (descriptor !== null) closeSync(descriptor);
  }
}

/** Nobody else may have written it. */
function isOwn(stats: Stats): boolean {
  if (!stats.isFile()) return false;
  const owner = process.getuid?.();
  return owner === undefined || (stats.uid === owner && (stats.mode & 0o022) === 0);
}

function parseHeader(text: string): Header | null {
  try {
    const header = JSON.parse(text) as Partial<Header> | null;
    const { origin, generation, words } = header ?? {};
    const isHeader = typeof origin === 'string' && typeof generation === 'number' && Array.isArray(words);
    return isHeader ? (header as Header) : null;
  } catch {
    return null;
  }
}
