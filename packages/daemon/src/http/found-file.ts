import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http';
import { isJsonObject } from '@larder/core';
import { isProof, parseChallenge, prove } from '../process/proof.ts';

/** An artifact at the beginning of a file of this machine. */
export interface FoundFile {
  readonly fileAbsolute: string;
  readonly sizeBytes: number;
}

interface Asked {
  /** Of the daemon itself. */
  readonly token: string;
  readonly challenge: string;
}

/** Null where whoever asks wants the bytes. */
export function parseFileWish(headers: IncomingHttpHeaders): string | null {
  return parseChallenge(headers['x-larder-challenge']);
}

/** Tells where an artifact is instead of sending it, and proves that it is the daemon who does. */
export function formatFoundFile(
  { fileAbsolute, sizeBytes }: FoundFile,
  { token, challenge }: Asked,
): OutgoingHttpHeaders {
  const body = encodeURIComponent(JSON.stringify({ fileAbsolute, sizeBytes }));
  return { 'x-larder-file': body, 'x-larder-proof': prove(token, 'file', { challenge, body }) };
}

/** Null where it is anything else, or somebody else has the port of a daemon that is gone. */
export function parseFoundFile(headers: IncomingHttpHeaders, { token, challenge }: Asked): FoundFile | null {
  const body = headers['x-larder-file'];
  if (typeof body !== 'string' || !isProof(headers['x-larder-proof'], prove(token, 'file', { challenge, body }))) {
    return null;
  }
  const found: unknown = JSON.parse(decodeURIComponent(body));
  if (!isJsonObject(found)) return null;
  const { fileAbsolute, sizeBytes } = found;
  if (typeof fileAbsolute !== 'string' || !Number.isSafeInteger(sizeBytes) || Number(sizeBytes) <= 0) return null;
  return { fileAbsolute, sizeBytes: Number(sizeBytes) };
}
