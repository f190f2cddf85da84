import { join, resolve } from 'node:path';
import { createTaskCache, openLocalStore } from '@larder/cache';
import type { ArtifactStore, CacheTroubleSink, RemoteConfig, TaskCache, TaskId } from '@larder/core';
import { digest } from '@larder/workspace';
import type { Session } from '../session/open-session.ts';
import { definedEnv } from '../session/open-session.ts';
import { version } from '../version.ts';
import type { Terminal } from '../terminal.ts';

export interface RunCacheOptions {
  readonly skipRemoteCache: boolean;
  readonly onTrouble: CacheTroubleSink;
  readonly onTransfer: (direction: 'download' | 'upload', sizeBytes: number, durationMs: number) => void;
  readonly onStored: (task: TaskId, where: 'local' | 'remote', sizeBytes: number) => void;
}

export interface RunCache {
  readonly cache: TaskCache;
  close(): Promise<void>;
}

/** The local store in front of the remote one, or of the store that a plugin brings. */
export async function createRunCache(
  session: Session,
  terminal: Terminal,
  options: RunCacheOptions,
): Promise<RunCache> {
  const remote = options.skipRemoteCache ? null : await openRemote(session, terminal);
  const local = openLocalStore({ directoryAbsolute: localCacheDirectory(session) });
  const cache = createTaskCache({
    workspaceRootAbsolute: session.rootAbsolute,
    stateDirectoryAbsolute: join(session.stateDirectoryAbsolute, 'state'),
    local,
    remote,
    remoteMode: session.config.remote?.mode ?? 'read-write',
    digest,
    onTrouble: options.onTrouble,
    onTransfer: options.onTransfer,
    onStored: options.onStored,
    log: session.log,
    larderVersion: version,
  });
  return {
    cache,
    close: async () => {
      await Promise.all([local.close(), remote?.close()]);
    },
  };
}

export function localCacheDirectory(session: Session): string {
  return resolve(session.rootAbsolute, session.config.cacheDirectory);
}

async function openRemote(session: Session, terminal: Terminal): Promise<ArtifactStore | null> {
  for (const plugin of session.plugins) {
    if (plugin.cacheStore === undefined) continue;
    return plugin.cacheStore({
      workspaceRootAbsolute: session.rootAbsolute,
      env: definedEnv(terminal.env),
      log: session.log,
    });
  }
  return session.config.remote === null ? null : openRemoteStore(session, session.config.remote);
}

async function openRemoteStore({ log }: Session, remote: RemoteConfig): Promise<ArtifactStore> {
  const { createRemoteStore } = await import('@larder/cache');
  return createRemoteStore({ url: remote.url, token: remote.token, timeoutMs: remote.timeoutMs, log });
}
