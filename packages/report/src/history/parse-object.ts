import { isJsonObject } from '@larder/core';

/** A JSON object in a column of the history; null of anything else, for the file may be anybody's. */
export function parseObject(text: unknown): Readonly<Record<string, unknown>> | null {
  if (typeof text !== 'string') return null;
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) ? value : null;
  } catch {
    return null;
  }
}
