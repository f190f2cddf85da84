import { createHash } from 'node:crypto';
import { join, resolve } from 'node:path';
import { findIdentitySource, readSecretFile, type IdentitySource } from '@larder/cache';
import { parseConfig, type Config, type ConfigFile, type Problem, type RemoteConfig } from '@larder/core';
import { readConfigFile } from '@larder/workspace';
import { lookupMs } from './lookup-deadline.ts';
import type { HttpUpstreamOptions } from './upstream/http-upstream.ts';

export type Env = Readonly<Record<string, string | undefined>>;

/** The server behind the daemon. */
export type UpstreamSettings =
  | { readonly kind: 'none' }
  | {
      readonly kind: 'server';
      readonly options: HttpUpstreamOptions;
      /** Keys are pinned: what carries no signature, as what nx and turbo store, must not be read. */
      readonly mustBeSigned: boolean;
    }
  /** It is configured, and cannot be used for this reason. */
  | { readonly kind: 'refused'; readonly url: string; readonly reason: string };

export interface DaemonSettings {
  readonly upstream: UpstreamSettings;
  readonly uploads: boolean;
  /** The folder of all levels on disk, below which each has one of its own. */
  readonly entriesFolder: string;
  /** What this daemon reads and writes. */
  readonly ownFolder: string;
  readonly maxDiskBytes: number;
  readonly maxAgeMs: number;
}

const uploadMs = 30 * 60_000;
/** A server that stays silent for longer is no help. */
const longestIdleMs = 10_000;

/**
 * Reads the workspace's configuration as the command line does. Problems are its to tell: defaults hold here, but no
 * server is used that was meant otherwise.
 */
export function readDaemonSettings(rootAbsolute: string, env: Env): DaemonSettings {
  const file = readConfigFile(rootAbsolute);
  const [config, problems] = parseConfig({ file, env, availableParallelism: 1, ci: false });
  const { remote } = config;
  const fault = findFault(problems, remote === null && namesServer(file, env));
  const upstream = fault === null ? readUpstream(rootAbsolute, remote, env) : refuse(fault, remote);
  const user = `user-${process.getuid?.() ?? 'only'}`;
  const entriesFolder = join(rootAbsolute, '.larder', 'state', 'daemon', user, 'entries');
  return {
    upstream,
    uploads: remote?.mode === 'read-write',
    entriesFolder,
    ownFolder: join(entriesFolder, nameOf(upstream, config)),
    maxDiskBytes: config.cache.maxSizeBytes,
    maxAgeMs: config.cache.maxAgeMs,
  };
}

/**
 * What is not understood and concerns the server: what is said about it, or where the configuration gave none though it
 * names one, whatever made that so. Null: nothing.
 */
function findFault(problems: readonly Problem[], isLost: boolean): string | null {
  for (const problem of problems) {
    if (problem.severity !== 'error') continue;
    if (problem.code === 'invalid-syntax' || problem.code === 'unreadable-file') return problem.file;
    if (problem.code !== 'invalid-value' && problem.code !== 'unknown-key') continue;
    if (isLost || aboutServer.test(problem.path)) return `"${problem.path}" in ${problem.file}`;
  }
  return null;
}

const aboutServer = /^(?:(?:larder\.)?remote\b|LARDER_(?:REMOTE|OIDC)_)/;

function namesServer(file: ConfigFile | null, env: Env): boolean {
  const texts = [file?.text, file?.beside?.text, file?.base?.text, file?.beside?.base?.text];
  return (env['LARDER_REMOTE_URL'] ?? '') !== '' || texts.some((text) => text?.includes('"remote"') === true);
}

function refuse(fault: string, remote: RemoteConfig | null): UpstreamSettings {
  const reason = `${fault} is not understood; larder doctor says what is allowed.`;
  return { kind: 'refused', url: remote?.url ?? 'not known', reason };
}

function readUpstream(rootAbsolute: string, remote: RemoteConfig | null, env: Env): UpstreamSettings {
  if (remote === null) return { kind: 'none' };
  const { url, tokenFile, oidcAudience, caFile } = remote;
  const secret = remote.token === null && tokenFile !== null ? readSecretFile(resolve(rootAbsolute, tokenFile)) : null;
  if (secret?.kind === 'refused') return { kind: 'refused', url, reason: secret.reason };
  const options = {
    url,
    token: remote.token ?? secret?.secret ?? null,
    identity: oidcAudience === null ? null : findIdentitySource(env, oidcAudience),
    timeoutMs: Math.min(remote.timeoutMs, longestIdleMs),
    connections: Math.min(remote.maxConnections, 32),
    maxBytesPerSecond: remote.maxBytesPerSecond,
    caFileAbsolute: caFile === null ? null : resolve(rootAbsolute, caFile),
    env,
    downloadMs: lookupMs,
    uploadMs,
  };
  return { kind: 'server', options, mustBeSigned: Object.keys(remote.publicKeys).length > 0 };
}

/**
 * What was built or read under one token must not serve a run under another, which may be more trusted: the folder
 * is named by the server and a digest of the token, or of the identity that a token is got for.
 */
function nameOf(upstream: UpstreamSettings, config: Config): string {
  const server = upstream.kind === 'server' ? upstream.options : null;
  const identity = [
    server?.url ?? null,
    server?.token ?? null,
    config.remote?.mode ?? null,
    ...(server?.token === null && server.identity !== null ? [secretOf(server.identity)] : []),
  ];
  return createHash('sha256')
    .update(`larder-daemon-level:${JSON.stringify(identity)}`)
    .digest('hex')
    .slice(0, 24);
}

/** Differs from job to job. */
function secretOf(identity: IdentitySource): string {
  return identity.kind === 'given' ? identity.idToken : identity.requestToken;
}
