import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Problem } from '@larder/core';
import { parseDuration } from '../command-line/parse-duration.ts';
import { readS3Options } from '../command-line/storage-flags.ts';
import { parseSize } from '../command-line/parse-size.ts';
import { parseOidcRules } from '../identity/oidc/oidc-rules.ts';
import { defaultServerOptions, type OidcOptions, type ServerOptions } from '../server-options.ts';
import { defaultStorageOptions, type StorageOptions } from '../storage/storage-options.ts';
import type { ServerConfig } from './config-schema.ts';

/** What of the options a configuration decides. `storageDirectory` is null where it names none. */
export type ConfiguredOptions = Omit<
  ServerOptions,
  'storageDirectory' | 'onEvent' | 'epochMs' | 'timeouts' | 'maxConnections'
> & {
  readonly storageDirectory: string | null;
};

const hourMs = 3_600_000;
const defaultAuditFileBytes = 100_000_000;
const defaultAuditFiles = 10;

/**
 * Fills in the defaults. Paths in a file start at its folder, `baseAbsolute`. The problems are those of the rules
 * file; rejects where that cannot be read.
 */
export async function buildOptions(
  config: ServerConfig,
  baseAbsolute: string,
): Promise<readonly [ConfiguredOptions, readonly Problem[]]> {
  const at = (path: string): string => resolve(baseAbsolute, path);
  const defaults = defaultServerOptions;
  const [oidc, problems] = await buildOidc(config, at);
  const { audit, tls } = config;
  const options: ConfiguredOptions = {
    storageDirectory: config.storage === undefined ? null : at(config.storage),
    host: config.host ?? defaults.host,
    port: config.port ?? defaults.port,
    auth: { kind: 'tokens', anonymousRead: config.anonymousRead ?? false },
    oidc,
    tls: tls === undefined ? null : { certificateFileAbsolute: at(tls.certificate), keyFileAbsolute: at(tls.key) },
    rateLimits: { scope: config.rateLimits?.scope ?? null, tenant: config.rateLimits?.tenant ?? null },
    quotas: { scopeBytes: bytesOf(config.quotas?.scope), tenantBytes: bytesOf(config.quotas?.tenant) },
    audit:
      audit === undefined
        ? null
        : {
            fileAbsolute: at(audit.file),
            maxFileBytes: bytesOf(audit.maxFileSize) ?? defaultAuditFileBytes,
            files: audit.files ?? defaultAuditFiles,
          },
    statisticsDays: config.statisticsDays ?? defaults.statisticsDays,
    trustsLoopback: config.metricsFromLoopback ?? false,
    maxSizeBytes: bytesOf(config.maxSize) ?? defaults.maxSizeBytes,
    maxArtifactBytes: bytesOf(config.maxArtifactSize) ?? defaults.maxArtifactBytes,
    storage: buildStorage(config),
  };
  return [options, problems];
}

async function buildOidc(
  { oidc }: ServerConfig,
  at: (path: string) => string,
): Promise<readonly [OidcOptions | null, readonly Problem[]]> {
  if (oidc === undefined) return [null, []];
  const [issuers, problems] = parseOidcRules(await readFile(at(oidc.rules), 'utf8'), oidc.rules);
  if (issuers === null) return [null, problems];
  const tokenLifetimeMs = timeOf(oidc.tokenLifetime) ?? hourMs;
  const signingKeyFileAbsolute = oidc.signingKey === undefined ? null : at(oidc.signingKey);
  return [{ issuers, tokenLifetimeMs, signingKeyFileAbsolute }, []];
}

function buildStorage(config: ServerConfig): StorageOptions {
  const defaults = defaultStorageOptions;
  const { pullRequestShare, s3 } = config;
  return {
    memoryBytes: bytesOf(config.memory) ?? defaults.memoryBytes,
    derivedShare: pullRequestShare === undefined ? defaults.derivedShare : pullRequestShare / 100,
    maxAgeMs: timeOf(config.maxAge) ?? defaults.maxAgeMs,
    flushFolders: config.flushFolders ?? defaults.flushFolders,
    redirectFromBytes: bytesOf(config.redirectFrom),
    s3:
      s3 === undefined
        ? null
        : readS3Options({
            s3Bucket: s3.bucket,
            ...(s3.endpoint === undefined ? {} : { s3Endpoint: s3.endpoint }),
            ...(s3.region === undefined ? {} : { s3Region: s3.region }),
            ...(s3.prefix === undefined ? {} : { s3Prefix: s3.prefix }),
            ...(s3.pathStyle === true ? { s3PathStyle: true } : {}),
            ...(s3.conditionalWrites === undefined ? {} : { s3ConditionalWrites: s3.conditionalWrites }),
          }),
  };
}

function bytesOf(size: string | undefined): number | null {
  return size === undefined ? null : parseSize(size);
}

function timeOf(time: string | undefined): number | null {
  return time === undefined ? null : parseDuration(time);
}
