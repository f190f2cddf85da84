import type { RestoreResult, TaskHash } from '@larder/core';
import type { OutputsTable } from '../outputs/outputs-table.ts';
import { proveUnchanged } from '../outputs/prove-unchanged.ts';
import type { TaskCacheContext } from './context.ts';

export type Hit = Exclude<RestoreResult, { readonly kind: 'miss' }>;

/** The common case: one read and some stats; nothing else is loaded. Null where they do not prove it. */
export function findUpToDate(context: TaskCacheContext, table: OutputsTable | null, hash: TaskHash): Hit | null {
  if (table?.hash !== hash || !hasLocalEntry(context, table)) return null;
  return proveUnchanged(context.options.workspaceRootAbsolute, table) ? toUpToDate(table) : null;
}

/** Who deletes the local cache means it: outputs in place without their entry are no hit. */
export function hasLocalEntry({ options, troubles }: TaskCacheContext, { hash, task }: OutputsTable): boolean {
  try {
    return (options.local?.find(hash) ?? null) !== null;
  } catch (error) {
    troubles.tellError(error, task, 'local-read-failed');
    return false;
  }
}

export function toUpToDate({ terminalOutput, executionMs, sizeBytes }: OutputsTable): Hit {
  return { kind: 'up-to-date', from: 'local', terminalOutput, executionMs, sizeBytes };
}
