import * as v from 'valibot';
import type { Problem } from '../problem.ts';
import { describeValue } from './place.ts';
import type { Parsed } from './place.ts';
import { remoteModeSchema, remoteUrlSchema, scopeSchema } from './remote-schema.ts';
import { cacheDirectorySchema, daemonModeSchema, parallelSchema, quantitySchemas } from './value-schemas.ts';

/** What the environment says; undefined where it says nothing, or nothing valid. */
export interface EnvKeys {
  readonly remoteUrl: string | undefined;
  readonly remoteToken: string | undefined;
  readonly remoteMode: 'read-write' | 'read-only' | 'off' | undefined;
  readonly remoteTokenFile: string | undefined;
  readonly oidcAudience: string | undefined;
  readonly signingScope: string | undefined;
  readonly cacheMaxSize: string | undefined;
  readonly cacheMaxAge: string | undefined;
  readonly parallel: number | string | undefined;
  readonly cacheDirectory: string | undefined;
  readonly daemon: 'auto' | 'on' | 'off' | undefined;
}

export function parseEnvKeys(env: Readonly<Record<string, string | undefined>>): Parsed<EnvKeys> {
  const problems: Problem[] = [];
  const read = <Schema extends v.GenericSchema>(name: string, schema: Schema): v.InferOutput<Schema> | undefined => {
    const value = env[name];
    if (value === undefined || value === '') return undefined;
    const result = v.safeParse(schema, value);
    if (result.success) return result.output;
    problems.push(invalidVariable(name, value, result.issues[0].message));
    return undefined;
  };
  const keys: EnvKeys = {
    remoteUrl: read('LARDER_REMOTE_URL', remoteUrlSchema),
    remoteToken: read('LARDER_REMOTE_TOKEN', v.string()),
    remoteMode: read('LARDER_REMOTE_MODE', remoteModeSchema),
    remoteTokenFile: read('LARDER_REMOTE_TOKEN_FILE', v.string()),
    oidcAudience: read('LARDER_OIDC_AUDIENCE', v.string()),
    signingScope: read('LARDER_SIGNING_SCOPE', scopeSchema),
    cacheMaxSize: read('LARDER_CACHE_MAX_SIZE', quantitySchemas.size),
    cacheMaxAge: read('LARDER_CACHE_MAX_AGE', quantitySchemas.age),
    parallel: read('LARDER_PARALLEL', parallelSchema) ?? read('NX_PARALLEL', parallelSchema),
    cacheDirectory: read('LARDER_CACHE_DIRECTORY', cacheDirectorySchema),
    daemon: read('LARDER_DAEMON', daemonModeSchema),
  };
  return [keys, problems];
}

function invalidVariable(name: string, value: string, allowed: string): Problem {
  const found = describeValue(value);
  return { code: 'invalid-value', severity: 'error', file: 'environment', path: name, found, allowed };
}
