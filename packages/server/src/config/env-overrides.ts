import { findNearNames, type JsonObject, type Problem } from '@larder/core';

/** What each variable sets: a key, or a key within an object. */
const variables: Readonly<
  Record<string, { readonly path: readonly [string] | readonly [string, string]; readonly kind: Kind }>
> = {
  LARDER_SERVER_STORAGE: { path: ['storage'], kind: 'text' },
  LARDER_SERVER_HOST: { path: ['host'], kind: 'text' },
  LARDER_SERVER_PORT: { path: ['port'], kind: 'number' },
  LARDER_SERVER_MAX_SIZE: { path: ['maxSize'], kind: 'text' },
  LARDER_SERVER_MAX_ARTIFACT_SIZE: { path: ['maxArtifactSize'], kind: 'text' },
  LARDER_SERVER_ANONYMOUS_READ: { path: ['anonymousRead'], kind: 'flag' },
  LARDER_SERVER_TLS_CERTIFICATE: { path: ['tls', 'certificate'], kind: 'text' },
  LARDER_SERVER_TLS_KEY: { path: ['tls', 'key'], kind: 'text' },
  LARDER_SERVER_OIDC_RULES: { path: ['oidc', 'rules'], kind: 'text' },
  LARDER_SERVER_OIDC_TOKEN_LIFETIME: { path: ['oidc', 'tokenLifetime'], kind: 'text' },
  LARDER_SERVER_OIDC_SIGNING_KEY: { path: ['oidc', 'signingKey'], kind: 'text' },
  LARDER_SERVER_QUOTA_SCOPE: { path: ['quotas', 'scope'], kind: 'text' },
  LARDER_SERVER_QUOTA_TENANT: { path: ['quotas', 'tenant'], kind: 'text' },
  LARDER_SERVER_AUDIT_FILE: { path: ['audit', 'file'], kind: 'text' },
  LARDER_SERVER_AUDIT_MAX_FILE_SIZE: { path: ['audit', 'maxFileSize'], kind: 'text' },
  LARDER_SERVER_AUDIT_FILES: { path: ['audit', 'files'], kind: 'number' },
  LARDER_SERVER_STATISTICS_DAYS: { path: ['statisticsDays'], kind: 'number' },
  LARDER_SERVER_METRICS_FROM_LOOPBACK: { path: ['metricsFromLoopback'], kind: 'flag' },
  LARDER_SERVER_MEMORY: { path: ['memory'], kind: 'text' },
  LARDER_SERVER_MAX_AGE: { path: ['maxAge'], kind: 'text' },
  LARDER_SERVER_S3_BUCKET: { path: ['s3', 'bucket'], kind: 'text' },
  LARDER_SERVER_S3_ENDPOINT: { path: ['s3', 'endpoint'], kind: 'text' },
  LARDER_SERVER_S3_REGION: { path: ['s3', 'region'], kind: 'text' },
  LARDER_SERVER_S3_PREFIX: { path: ['s3', 'prefix'], kind: 'text' },
  LARDER_SERVER_S3_PATH_STYLE: { path: ['s3', 'pathStyle'], kind: 'flag' },
  LARDER_SERVER_REDIRECT_FROM: { path: ['redirectFrom'], kind: 'text' },
  LARDER_SERVER_PULL_REQUEST_SHARE: { path: ['pullRequestShare'], kind: 'number' },
  LARDER_SERVER_FLUSH_FOLDERS: { path: ['flushFolders'], kind: 'flag' },
};

type Kind = 'text' | 'number' | 'flag';

/** The document with what the environment says put over it. Which variable said what, by dotted key, for messages. */
export interface Overridden {
  readonly value: JsonObject;
  readonly origins: ReadonlyMap<string, string>;
  readonly problems: readonly Problem[];
}

/** Empty variables count as absent. Values are checked with the rest, by the schema. */
export function overrideByEnv(document: JsonObject, env: Readonly<Record<string, string | undefined>>): Overridden {
  const value: Record<string, unknown> = { ...document };
  const origins = new Map<string, string>();
  const problems: Problem[] = [];
  for (const [name, text] of Object.entries(env)) {
    if (!name.startsWith('LARDER_SERVER_') || text === undefined || text === '') continue;
    const variable = Object.hasOwn(variables, name) ? variables[name] : undefined;
    if (variable === undefined) {
      problems.push(unknownVariable(name));
      continue;
    }
    const [key, inner] = variable.path;
    const parsed = parseValue(text, variable.kind);
    value[key] = inner === undefined ? parsed : { ...objectOf(value[key]), [inner]: parsed };
    origins.set(variable.path.join('.'), name);
  }
  return { value: value as JsonObject, origins, problems };
}

function unknownVariable(name: string): Problem {
  const near = findNearNames(name, Object.keys(variables));
  return { code: 'unknown-key', severity: 'error', file: 'environment', path: name, near };
}

/** What does not parse stays a text, so that the schema says what it must be. */
function parseValue(text: string, kind: Kind): string | number | boolean {
  if (kind === 'number' && /^-?\d{1,15}$/.test(text)) return Number(text);
  if (kind === 'flag' && (text === 'true' || text === 'false')) return text === 'true';
  return text;
}

function objectOf(value: unknown): object {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};
}
