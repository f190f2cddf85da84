import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Gives the texts of files of the workspace's root; null: there is no such file. */
export function readerOf(rootAbsolute: string): (file: string) => string | null {
  return (file) => {
    const fileAbsolute = join(rootAbsolute, file);
    return existsSync(fileAbsolute) ? readFileSync(fileAbsolute, 'utf8') : null;
  };
}
