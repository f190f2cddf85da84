import { readdir } from 'node:fs/promises';
import { ignoringCode } from './file-errors.ts';

/** Paths of all files below a folder, relative to it, with `/`. What vanishes meanwhile is left out. */
export async function* walkFiles(folderAbsolute: string, prefix = ''): AsyncGenerator<string> {
  const children =
    (await ignoringCode('ENOENT', readdir(`${folderAbsolute}/${prefix}`, { withFileTypes: true }))) ?? [];
  for (const child of children) {
    const path = prefix === '' ? child.name : `${prefix}/${child.name}`;
    if (child.isDirectory()) yield* walkFiles(folderAbsolute, path);
    else if (child.isFile()) yield path;
  }
}
