import { randomBytes } from 'node:crypto';
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ignoringCode } from '../storage/file-errors.ts';
import { signingKeyBytes } from './signed-token.ts';

/** Where the key stands that signs short-lived tokens, unless the configuration names another file. */
export function signingKeyFile(storageDirectory: string): string {
  return join(storageDirectory, 'signing.key');
}

/**
 * The key of a file, as 64 hex digits; made where there is none. Servers that share the file understand each other's
 * tokens. Rejects where the file holds anything else: a short key would be worse than none.
 */
export async function readSigningKey(file: string): Promise<Uint8Array> {
  const text = await ignoringCode('ENOENT', readFile(file, 'utf8'));
  if (text !== null) return parseKey(text, file);
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const partial = `${file}.${randomBytes(6).toString('hex')}.partial`;
  try {
    await writeFile(partial, `${randomBytes(signingKeyBytes).toString('hex')}\n`, {
      flag: 'wx',
      mode: 0o600,
      flush: true,
    });
    // A link never replaces: of several servers that start at the same moment, one makes the key for all.
    await ignoringCode('EEXIST', link(partial, file));
  } finally {
    await rm(partial, { force: true });
  }
  return parseKey(await readFile(file, 'utf8'), file);
}

function parseKey(text: string, file: string): Uint8Array {
  const key = text.trim();
  if (!/^[0-9a-f]{64}$/i.test(key)) throw new Error(`${file} must hold 64 hex digits.`);
  return Buffer.from(key, 'hex');
}
