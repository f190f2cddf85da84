import { readFileSync } from 'node:fs';
import { StoreError } from '@larder/core';

/** Throws `StoreError` where the file cannot be read. */
export async function readAuthorities(caFileAbsolute: string | null): Promise<{ readonly ca?: string[] }> {
  if (caFileAbsolute === null) return {};
  const { getCACertificates } = await import('node:tls');
  try {
    return { ca: [...getCACertificates('default'), readFileSync(caFileAbsolute, 'utf8')] };
  } catch (error) {
    const detail = `the certificates in ${caFileAbsolute} cannot be read (${(error as NodeJS.ErrnoException).code})`;
    throw new StoreError('remote-misconfigured', detail, { cause: error });
  }
}
