import { randomUUID } from 'node:crypto';
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

export type WriteResult = { readonly kind: 'written' } | { readonly kind: 'failed'; readonly detail: string };

/**
 * Publishes by rename, so that a reader never sees half a file. Not flushed to the disk: what is kept
 * this way may be lost with the machine. A write that fails is a value, since records must not fail a run.
 */
export function writeFileAtomically(fileAbsolute: string, content: string): WriteResult {
  const partial = `${fileAbsolute}.${randomUUID()}.partial`;
  try {
    mkdirSync(dirname(fileAbsolute), { recursive: true });
    writeFileSync(partial, content, { flag: 'wx' });
    renameSync(partial, fileAbsolute);
    return { kind: 'written' };
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    return { kind: 'failed', detail: deletePartial(partial) ? detail : `${detail} (${partial} remains)` };
  }
}

function deletePartial(partial: string): boolean {
  try {
    rmSync(partial, { force: true });
    return true;
  } catch {
    return false;
  }
}
