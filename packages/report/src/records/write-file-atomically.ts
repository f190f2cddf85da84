import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

export type WriteResult = { readonly kind: 'written' } | { readonly kind: 'failed'; readonly detail: string };

/**
 * Publishes by rename, so that a reader never sees half a file. Not flushed to the disk: what is kept
 * this way may be lost with the machine. A write that fails is a value, since records must not fail a run.
 */
export function writeFileAtomically(fileAbsolute: string, content: string): WriteResult {
  const partial = `${fileAbsolute}.${uniqueSuffix()}.partial`;
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

/** For a name that no other process has at the same time; loads nothing, as `node:crypto` would. */
export function uniqueSuffix(): string {
  return `${process.pid}-${Math.random().toString(36).slice(2)}`;
}

function deletePartial(partial: string): boolean {
  try {
    rmSync(partial, { force: true });
    return true;
  } catch {
    return false;
  }
}
