import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

export type SecretFile =
  | { readonly kind: 'read'; readonly secret: string }
  /** A whole sentence that names the file and what to do. */
  | { readonly kind: 'refused'; readonly reason: string };

const maxSecretBytes = 16 * 1024;

/**
 * Reads a token or key that others must not be able to read: where group or others have any right to the file, it is
 * refused. Windows has no such bits; there the file is taken as it is.
 */
export function readSecretFile(fileAbsolute: string, platform: NodeJS.Platform = process.platform): SecretFile {
  let descriptor: number;
  try {
    descriptor = openSync(fileAbsolute, 'r');
  } catch (error) {
    return refused(`${fileAbsolute} cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown error'}).`);
  }
  try {
    const stats = fstatSync(descriptor);
    if (!stats.isFile()) return refused(`${fileAbsolute} is no file.`);
    if (platform !== 'win32' && (stats.mode & 0o077) !== 0) {
      const mode = (stats.mode & 0o777).toString(8);
      return refused(`${fileAbsolute} can be read by others (mode ${mode}): run chmod 600 on it.`);
    }
    if (stats.size > maxSecretBytes) return refused(`${fileAbsolute} is over ${maxSecretBytes} bytes.`);
    const buffer = Buffer.alloc(maxSecretBytes);
    const secret = buffer.toString('utf8', 0, readSync(descriptor, buffer, 0, buffer.length, 0)).trim();
    return secret === '' ? refused(`${fileAbsolute} is empty.`) : { kind: 'read', secret };
  } finally {
    closeSync(descriptor);
  }
}

function refused(reason: string): SecretFile {
  return { kind: 'refused', reason };
}
