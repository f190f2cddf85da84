import { randomUUID } from 'node:crypto';
import { readFileSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FileEdit } from './proposal.ts';

/** What became of one edit. */
export type WrittenEdit =
  | { readonly kind: 'written'; readonly file: string }
  /** Since it was shown, somebody else has written the file. */
  | { readonly kind: 'changed-meanwhile'; readonly file: string }
  | { readonly kind: 'failed'; readonly file: string; readonly detail: string };

/** Writes one after the other, each as a whole, and stops at the first that cannot be written. */
export function writeEdits(rootAbsolute: string, edits: readonly FileEdit[]): readonly WrittenEdit[] {
  const results: WrittenEdit[] = [];
  for (const edit of edits) {
    const result = writeEdit(rootAbsolute, edit);
    results.push(result);
    if (result.kind !== 'written') break;
  }
  return results;
}

function writeEdit(rootAbsolute: string, { file, before, after }: FileEdit): WrittenEdit {
  try {
    const path = join(rootAbsolute, file);
    if (before === null) {
      writeFileSync(path, after, { flag: 'wx' });
      return { kind: 'written', file };
    }
    // The file that a link leads to is replaced, not the link.
    const real = realpathSync(path);
    if (readFileSync(real, 'utf8') !== before) return { kind: 'changed-meanwhile', file };
    replaceFile(real, after);
    return { kind: 'written', file };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return { kind: 'changed-meanwhile', file };
    return { kind: 'failed', file, detail: message };
  }
}

function replaceFile(path: string, text: string): void {
  const partial = `${path}.${randomUUID()}.partial`;
  try {
    writeFileSync(partial, text, { flag: 'wx', mode: statSync(path).mode & 0o777 });
    renameSync(partial, path);
  } finally {
    rmSync(partial, { force: true });
  }
}
