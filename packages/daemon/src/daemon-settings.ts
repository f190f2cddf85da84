import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseConfig, type Config, type RemoteConfig } from '@larder/core';
import { readConfigFile } from '@larder/workspace';
import type { HttpUpstreamOptions } from './upstream/http-upstream.ts';

export interface DaemonSettings {
  readonly upstream: HttpUpstreamOptions | null;
  readonly uploads: boolean;
  /** The folder of all levels on disk, below which each has one of its own. */
  readonly entriesFolder: string;
  /** What this daemon reads and writes. */
  readonly ownFolder: string;
  readonly maxDiskBytes: number;
  readonly maxAgeMs: number;
}

/** A transfer may take this long, and a lookup with it. */
export const transferMs = 120_000;
/** Nx waits for an answer before it executes: a server that stays silent for longer is no help. */
const longestIdleMs = 10_000;

/** Reads the workspace's configuration as the command line does. Problems are its to tell: defaults hold here. */
export function readDaemonSettings(
  rootAbsolute: string,
  env: Readonly<Record<string, string | undefined>>,
): DaemonSettings {
  const [config] = parseConfig({ file: readConfigFile(rootAbsolute), env, availableParallelism: 1, ci: false });
  const upstream = config.remote === null ? null : toUpstream(rootAbsolute, config.remote);
  const entriesFolder = join(
    rootAbsolute,
    '.larder',
    'state',
    'daemon',
    `user-${process.getuid?.() ?? 'only'}`,
    'entries',
  );
  return {
    upstream,
    uploads: config.remote?.mode === 'read-write',
    entriesFolder,
    ownFolder: join(entriesFolder, nameOf(upstream, config)),
    maxDiskBytes: config.cache.maxSizeBytes,
    maxAgeMs: config.cache.maxAgeMs,
  };
}

/**
 * What was built or read under one token must not serve a run under another, which may be more trusted: the folder
 * is named by the server and a digest of the token.
 */
function nameOf(upstream: HttpUpstreamOptions | null, config: Config): string {
  const identity = JSON.stringify([upstream?.url ?? null, upstream?.token ?? null, config.remote?.mode ?? null]);
  return createHash('sha256').update(`larder-daemon-level:${identity}`).digest('hex').slice(0, 24);
}

function toUpstream(rootAbsolute: string, remote: RemoteConfig): HttpUpstreamOptions {
  const read = (file: string | null): string | null =>
    file === null ? null : readIfPresent(resolve(rootAbsolute, file));
  return {
    url: remote.url,
    token: remote.token ?? read(remote.tokenFile)?.trim() ?? null,
    idleMs: Math.min(remote.timeoutMs, longestIdleMs),
    transferMs,
    maxConnections: Math.min(remote.maxConnections, 32),
    certificateAuthorities: read(remote.caFile),
  };
}

function readIfPresent(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw new Error(`Cannot read ${path}`, { cause: error });
  }
}
