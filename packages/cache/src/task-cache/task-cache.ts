import { join } from 'node:path';
import type { CacheLookup, TaskCache, TaskHash } from '@larder/core';
import { defaultArtifactLimits } from '../artifact/limits.ts';
import { openTableStore } from '../outputs/table-store.ts';
import { openLocalStore } from '../store/local-store.ts';
import type { TaskCacheContext, TaskCacheOptions } from './context.ts';
import { findUpToDate } from './find-up-to-date.ts';
import { LookAhead } from './look-ahead.ts';
import { Troubles } from './troubles.ts';
import { UploadQueue } from './upload-queue.ts';

const uploadConcurrency = 4;
const maxWaitingUploads = 256;

/** Layers the outputs tables, the local store and the remote store. Nothing is touched before the first call. */
export function createTaskCache(options: TaskCacheOptions): TaskCache {
  const { stateDirectoryAbsolute, digest, log } = options;
  const ahead = new LookAhead(() => context);
  const context: TaskCacheContext = {
    options,
    limits: options.limits ?? defaultArtifactLimits,
    tables: openTableStore({ stateDirectoryAbsolute, digest, log }),
    troubles: new Troubles(options.onTrouble, log),
    stagingAbsolute: join(stateDirectoryAbsolute, 'staging'),
    foresee: (hash, signal) => ahead.foresee(hash, signal),
  };
  // Without a local cache artifacts still lie on the disk until they are uploaded.
  const spool = options.local ?? openLocalStore({ directoryAbsolute: join(stateDirectoryAbsolute, 'spool') });
  const uploads = new UploadQueue({ concurrency: uploadConcurrency, maxWaiting: maxWaitingUploads });
  const loadRestorer = once(async () => new (await import('./restore-task.ts')).TaskRestorer(context));
  const loadStorer = once(async () => new (await import('./store-task.ts')).TaskStorer(context, spool, uploads));
  return {
    lookup: (hash, signal) => lookUp(context, hash, signal),
    restore: async (task, hash, signal) => {
      signal.throwIfAborted();
      try {
        const table = context.tables.read(task.id);
        const upToDate = findUpToDate(context, table, hash);
        if (upToDate !== null) return upToDate;
        const restorer = await loadRestorer();
        return (await restorer.restore({ task, hash, table, signal })) ?? { kind: 'miss' };
      } catch (error) {
        signal.throwIfAborted();
        context.troubles.tellError(error, task.id, 'local-write-failed');
        return { kind: 'miss' };
      }
    },
    store: async (task, hash, result, signal) => await (await loadStorer()).store({ task, hash, result }, signal),
    drain: async (deadlineMs, signal) => {
      await ahead.close();
      const dropped = await uploads.drain(deadlineMs, signal);
      if (dropped === 0) return;
      context.troubles.tell('remote-timeout', null, `${dropped} uploads did not finish within ${deadlineMs} ms`);
    },
    preparations: [
      async () => void (await loadStorer()),
      async () => (await import('../artifact/prepare-packing.ts')).loadDigests(),
      async () => (await import('../artifact/prepare-packing.ts')).loadCompression(),
    ],
  };
}

async function lookUp(
  { options, troubles }: TaskCacheContext,
  hash: TaskHash,
  signal: AbortSignal,
): Promise<CacheLookup> {
  signal.throwIfAborted();
  try {
    const local = options.local?.find(hash) ?? null;
    if (local !== null) return { kind: 'hit', where: 'local', sizeBytes: local.sizeBytes };
  } catch (error) {
    troubles.tellError(error, null, 'local-read-failed');
  }
  try {
    const remote = (await options.remote?.head(hash, signal)) ?? null;
    if (remote !== null) return { kind: 'hit', where: 'remote', sizeBytes: remote.sizeBytes };
  } catch (error) {
    signal.throwIfAborted();
    troubles.tellError(error, null, 'remote-error');
  }
  return { kind: 'miss' };
}

/** Code that an up-to-date run does not need is loaded when it is first needed. */
function once<Value>(load: () => Promise<Value>): () => Promise<Value> {
  let loading: Promise<Value> | null = null;
  return () => (loading ??= load());
}
