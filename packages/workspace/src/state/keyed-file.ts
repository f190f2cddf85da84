import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

import type { DebugLog, Digest } from '@larder/core';

import { digest } from '../digest.ts';
import { uniqueSuffix } from './unique-suffix.ts';

/*
 * A text that follows from what its key is a digest of. A line with the key and a digest of the text stands before it,
 * so half a file is nobody's.
 */
export interface KeyedFile {
  readonly pathAbsolute: string;
  readonly log: DebugLog;
}

/** The text that was kept for this key, or null. Never throws. */
export function readKeyedFile({ pathAbsolute, log }: KeyedFile, key: Digest): string | null {
  try {
    const file = readFileSync(pathAbsolute);
    const headEnd = file.indexOf(0x0a);
    const body = file.subarray(headEnd + 1);
    return file.toString('latin1', 0, headEnd) === headOf(key, digest(body)) ? body.toString('utf8') : null;
  } catch (error) {
    log(`nothing is kept: ${String(error)}`);
    return null;
  }
}

/** Published by a rename. Failing costs the next run what made the text, so it is only logged. Never throws. */
export function writeKeyedFile({ pathAbsolute, log }: KeyedFile, key: Digest, text: string): void {
  const partial = `${pathAbsolute}.${uniqueSuffix()}.partial`;
  try {
    mkdirSync(dirname(pathAbsolute), { recursive: true });
    writeFileSync(partial, `${headOf(key, digest(text))}\n${text}`);
    renameSync(partial, pathAbsolute);
  } catch (error) {
    log(`${pathAbsolute} was not kept: ${String(error)}`);
    removeQuietly(partial);
  }
}

function headOf(key: Digest, digestOfText: Digest): string {
  return `${key} ${digestOfText}`;
}

function removeQuietly(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // What could not be written can stay half written: nobody reads it.
  }
}
