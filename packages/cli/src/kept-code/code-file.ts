import { closeSync, fstatSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
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

/** So that V8 can use the code where it lies. */
const alignment = 8;

/**
 * What was written for the same origin; null for anything else. V8 trusts code that looks like its own: so what was
 * damaged, or belongs to another user, is not taken.
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

/** Replaces it by a rename. Flushed, because half a file after a loss of power has its name. Never throws. */
export function writeKeptCode(fileAbsolute: string, origin: string, kept: Omit<KeptCode, 'writtenAtMs'>): void {
  const { code, generation, words } = kept;
  const header: Header = { origin, generation, words, digest: digest(code) };
  const text = JSON.stringify(header);
  const padding = ' '.repeat(alignment - 1 - (Buffer.byteLength(text) % alignment));
  const partial = `${fileAbsolute}.${process.pid}.partial`;
  try {
    mkdirSync(dirname(fileAbsolute), { recursive: true, mode: 0o700 });
    writeFileSync(partial, Buffer.concat([Buffer.from(`${text}${padding}\n`), code]), { mode: 0o600, flush: true });
    renameSync(partial, fileAbsolute);
  } catch {
    // Whoever cannot write there compiles again.
    rmSync(partial, { force: true });
  }
}

function readOwnFile(fileAbsolute: string): (Pick<KeptCode, 'writtenAtMs'> & { readonly bytes: Buffer }) | null {
  let descriptor: number | null = null;
  try {
    descriptor = openSync(fileAbsolute, 'r');
    const owner = process.getuid?.();
    const { uid, mtimeMs: writtenAtMs } = fstatSync(descriptor);
    return owner !== undefined && uid !== owner ? null : { bytes: readFileSync(descriptor), writtenAtMs };
  } catch {
    return null;
  } finally {
    if (descriptor !== null) closeSync(descriptor);
  }
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
