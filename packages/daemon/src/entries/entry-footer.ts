import { isJsonObject } from '@larder/core';
import type { EntryAttributes } from './entry.ts';

/** Stands behind the artifact in its file, so that one rename publishes both. */
export interface EntryFooter {
  readonly key: string;
  readonly sizeBytes: number;
  readonly sha256: string;
  readonly attributes: EntryAttributes;
}

const magic = 'larder-1';
/** The length of the JSON in four bytes, big-endian, and the magic word. */
export const footerEndBytes = 4 + magic.length;
const maxJsonBytes = 16 * 1024;

export function formatFooter(footer: EntryFooter): Buffer {
  const json = Buffer.from(JSON.stringify(footer));
  const end = Buffer.alloc(footerEndBytes);
  end.writeUInt32BE(json.length);
  end.write(magic, 4);
  return Buffer.concat([json, end]);
}

/** The length of the JSON before these last bytes of a file; null where they are not the end of a footer. */
export function parseFooterEnd(end: Buffer): number | null {
  if (end.length !== footerEndBytes || end.toString('latin1', 4) !== magic) return null;
  const length = end.readUInt32BE();
  return length <= maxJsonBytes ? length : null;
}

/** Null where it is anything but a footer. */
export function parseFooter(json: Buffer): EntryFooter | null {
  const value = parseJson(json);
  if (!isJsonObject(value)) return null;
  const { key, sizeBytes, sha256, attributes } = value;
  if (typeof key !== 'string' || !Number.isSafeInteger(sizeBytes) || typeof sha256 !== 'string') return null;
  if (!isJsonObject(attributes) || !Object.values(attributes).every((each) => typeof each === 'string')) return null;
  return { key, sizeBytes: Number(sizeBytes), sha256, attributes: attributes as EntryAttributes };
}

function parseJson(json: Buffer): unknown {
  try {
    return JSON.parse(json.toString('utf8'));
  } catch {
    return null;
  }
}
