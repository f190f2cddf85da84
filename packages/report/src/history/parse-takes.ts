import { isJsonObject, type TaskTakes } from '@larder/core';
import { parseObject } from './parse-object.ts';

/** What a task took as `recordRun` wrote it; null where it took one slot, and of anything else. */
export function parseTakes(text: unknown): TaskTakes | null {
  const value = parseObject(text);
  if (value === null || !isAmount(value['weight']) || !Array.isArray(value['shares'])) return null;
  const shares = value['shares'].flatMap(parseShare);
  return { weight: value['weight'], alone: value['alone'] === true, shares };
}

function parseShare(share: unknown): TaskTakes['shares'] {
  if (!isJsonObject(share)) return [];
  const { name, amount, of } = share;
  // More than there is could never start.
  const isShare = typeof name === 'string' && isAmount(amount) && isAmount(of) && amount <= of;
  return isShare ? [{ name, amount, of }] : [];
}

function isAmount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 1;
}
