import { join, resolve } from 'node:path';
import { createTaskCache, openLocalStore, type LocalStore, type SkippedUpload } from '@larder/cache';
import type { CacheTroubleSink, TaskCache, TaskHash, TaskId } from '@larder/core';
import type { ReportedTask } from '@larder/protocol';
import { digest } from '@larder/workspace';
import type { Session } from '../session/open-session.ts';
import { version } from '../version.ts';
import type { Terminal } from '../terminal.ts';
import { openRemoteCache } from './open-remote-cache.ts';

export interface RunCacheOptions {
  readonly skipRemoteCache: boolean;
  /** What may be asked for ahead; called when the first hash was not found locally. */
  readonly planHashes?: () => readonly TaskHash[];
  readonly onTrouble: CacheTroubleSink;
  readonly onTransfer: (direction: 'download' | 'upload', sizeBytes: number, durationMs: number) => void;
  readonly onStored: (task: TaskId, where: 'local' | 'remote', sizeBytes: number) => void;
  readonly onUploadSkipped?: (task: TaskId, sizeBytes: number, times: SkippedUpload) => void;
}

export interface RunCache {
  readonly cache: TaskCache;
  /** `tasks` go to the remote cache, for its statistics. */
  close(tasks: readonly ReportedTask[]): Promise<void>;
}

/** The local store in front of the remote one, or of the store that a plugin brings. */
export async function createRunCache(
  session: Session,
  terminal: Terminal,
  options: RunCacheOptions,
): Promise<RunCache> {
  const { skipRemoteCache, ...events } = options;
  const remote = skipRemoteCache ? null : await openRemoteCache(session, terminal, options.onTrouble);
  const local = openSessionStore(session);
  const { signer = null, trust = null } = remote ?? {};
  const cache = createTaskCache({
    workspaceRootAbsolute: session.rootAbsolute,
    stateDirectoryAbsolute: join(session.stateDirectoryAbsolute, 'state'),
    local,
    remote: remote?.store ?? null,
    remoteMode: remote?.mode ?? 'read-only',
    uploadSlowerThanExecution: session.config.remote?.uploadSlowerThanExecution ?? false,
    digest,
    log: session.log,
    larderVersion: version,
    ...events,
    ...(signer === null ? {} : { signer }),
    ...(trust === null ? {} : { trust }),
  });
  return {
    cache,
    close: async (tasks) => {
      await remote?.report?.(tasks);
      await Promise.all([local.close(), remote?.store.close()]);
    },
  };
}

/** The local cache of the workspace, within its configured limits. */
export function openSessionStore(session: Session): LocalStore {
  return openLocalStore({ directoryAbsolute: localCacheDirectory(session), limits: session.config.cache });
}

export function localCacheDirectory(session: Session): string {
  return resolve(session.rootAbsolute, session.config.cacheDirectory);
}
