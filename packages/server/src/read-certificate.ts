import { readFile } from 'node:fs/promises';
import { createSecureContext } from 'node:tls';
import type { Certificate } from './http/http-server.ts';
import type { TlsOptions } from './server-options.ts';

/** Rejects where a file cannot be read, is no PEM, or the key is another certificate's. */
export async function readCertificate({ certificateFileAbsolute, keyFileAbsolute }: TlsOptions): Promise<Certificate> {
  const [cert, key] = await Promise.all([readFile(certificateFileAbsolute, 'utf8'), readFile(keyFileAbsolute, 'utf8')]);
  createSecureContext({ cert, key });
  return { cert, key };
}
