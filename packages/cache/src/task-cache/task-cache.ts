import { join } from 'node:path';
import type { CacheLookup, TaskCache, TaskHash } from '@larder/core';
import { defaultArtifactLimits } from '../artifact/limits.ts';
import { openTableStore } from '../outputs/table-store.ts';
import { openLocalStore } from '../store/local-store.ts';
import type { TaskCacheContext, TaskCacheOptions } from './context.ts';
import { TaskRestorer } from './restore-task.ts';
import { TaskStorer } from './store-task.ts';
import { Troubles } from './troubles.ts';
import { UploadQueue } from './upload-queue.ts';

const uploadConcurrency = 4;
const maxWaitingUploads = 256;

/** Layers the outputs tables, the local store and the remote store. Nothing is touched before the first call. */
export function createTaskCache(options: TaskCacheOptions): TaskCache {
  const { stateDirectoryAbsolute, digest, log } = options;
  const context: TaskCacheContext = {
    options,
    limits: options.limits ?? defaultArtifactLimits,
    tables: openTableStore({ directoryAbsolute: join(stateDirectoryAbsolute, 'outputs'), digest, log }),
    troubles: new Troubles(options.onTrouble, log),
    stagingAbsolute: join(stateDirectoryAbsolute, 'staging'),
  };
  // Without a local cache artifacts still lie on the disk until they are uploaded.
  const spool = options.local ?? openLocalStore({ directoryAbsolute: join(stateDirectoryAbsolute, 'spool') });
  const uploads = new UploadQueue({ concurrency: uploadConcurrency, maxWaiting: maxWaitingUploads });
  const restorer = new TaskRestorer(context);
  const storer = new TaskStorer(context, spool, uploads);
  return {
    lookup: (hash, signal) => lookUp(context, hash, signal),
    restore: (task, hash, signal) => restorer.restore(task, hash, signal),
    store: (task, hash, result, signal) => storer.store({ task, hash, result }, signal),
    drain: async (deadlineMs, signal) => {
      const dropped = await uploads.drain(deadlineMs, signal);
      if (dropped === 0) return;
      context.troubles.tell('remote-timeout', null, `${dropped} uploads did not finish within ${deadlineMs} ms`);
    },
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
