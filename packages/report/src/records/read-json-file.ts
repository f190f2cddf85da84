import { readFileSync } from 'node:fs';

/** Undefined where the file is missing, unreadable or not JSON: a record that is gone is no reason to stop. */
export function readJsonFile(fileAbsolute: string): unknown {
  try {
    return JSON.parse(readFileSync(fileAbsolute, 'utf8'));
  } catch {
    return undefined;
  }
}
