import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Gives the texts of files of the workspace's root; null: there is no such file that may be read. */
export function readerOf(rootAbsolute: string): (file: string) => string | null {
  return (file) => {
    try {
      return readFileSync(join(rootAbsolute, file), 'utf8');
    } catch {
      return null;
    }
  };
}
