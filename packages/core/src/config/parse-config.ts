import * as v from 'valibot';
import { asWorkspacePath } from '../ids.ts';
import type { WorkspacePath } from '../ids.ts';
import { isJsonObject } from '../json.ts';
import type { JsonObject } from '../json.ts';
import type { Problem } from '../problem.ts';
import { findNearNames } from '../project-graph/find-near-names.ts';
import type { NamedInputs } from '../project-graph/project.ts';
import { larderFileSchema, nxFileSchema } from './config-schema.ts';
import type { LarderKeys } from './config-schema.ts';
import type { Config, PluginConfig } from './config.ts';
import { parseEnvKeys } from './parse-env-keys.ts';
import type { EnvKeys } from './parse-env-keys.ts';
import { parseNamedInputs } from './parse-inputs.ts';
import { parseJsonc } from './parse-jsonc.ts';
import { parseAge, parseSize } from './parse-quantity.ts';
import { checkTargetDefaults } from './parse-target.ts';
import { invalidValue, placeAt, placeInFile, unknownKey } from './place.ts';
import type { Parsed, Place } from './place.ts';

export interface ConfigSources {
  /** Null in a workspace without configuration. */
  readonly file: ConfigFile | null;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly availableParallelism: number;
  readonly ci: boolean;
}

export interface ConfigFile {
  readonly path: WorkspacePath;
  readonly text: string;
  /** Why it cannot be read, where that is so; its text is empty then. */
  readonly unreadable?: string;
  readonly kind: 'nx' | 'larder';
  /** The file that an `nx.json` extends; its text is null where it cannot be read. Absent where it extends none. */
  readonly base?: { readonly name: string; readonly text: string | null };
  /** The `nx.json` beside a `larder.json`; absent where there is none. */
  readonly beside?: ConfigFile;
}

/**
 * Reads the configuration of a workspace. The environment (`LARDER_REMOTE_URL`, `LARDER_REMOTE_TOKEN`,
 * `LARDER_REMOTE_MODE`, `LARDER_REMOTE_TOKEN_FILE`, `LARDER_OIDC_AUDIENCE`, `LARDER_SIGNING_SCOPE`,
 * `LARDER_CACHE_MAX_SIZE`, `LARDER_DAEMON`,
 * `LARDER_CACHE_MAX_AGE`, `LARDER_PARALLEL` before `NX_PARALLEL`, `LARDER_CACHE_DIRECTORY`) wins over the
 * file; a variable that is empty counts as not set. A `larder.json` lies over the `nx.json` beside it: key by
 * key, and `namedInputs` and `targetDefaults` name by name. Every problem is reported at once; what has a problem is
 * left at its default.
 */
export function parseConfig(sources: ConfigSources): Parsed<Config> {
  const [file, fileProblems] = sources.file === null ? [noFile, []] : readFile(sources.file);
  const [env, envProblems] = parseEnvKeys(sources.env);
  return [fillIn(file, env, sources), [...fileProblems, ...envProblems]];
}

/** What a configuration file says, whichever of the two it is. */
interface FileKeys {
  readonly larder: LarderKeys;
  readonly parallel: number | string | undefined;
  readonly defaultBase: string | undefined;
  readonly namedInputs: NamedInputs;
  readonly targetDefaults: JsonObject;
  readonly nxPlugins: readonly (string | JsonObject)[];
}

const noFile: FileKeys = {
  larder: {},
  parallel: undefined,
  defaultBase: undefined,
  namedInputs: {},
  targetDefaults: {},
  nxPlugins: [],
};

function readFile(file: ConfigFile): Parsed<FileKeys> {
  const [own, problems] = readOneFile(file);
  if (file.beside === undefined) return [own, problems];
  const [below, problemsBelow] = readOneFile(file.beside);
  return [layKeys(below, own), [...problems, ...problemsBelow]];
}

function layKeys(below: FileKeys, above: FileKeys): FileKeys {
  return {
    larder: { ...below.larder, ...above.larder },
    parallel: above.parallel ?? below.parallel,
    defaultBase: above.defaultBase ?? below.defaultBase,
    namedInputs: { ...below.namedInputs, ...above.namedInputs },
    targetDefaults: { ...below.targetDefaults, ...above.targetDefaults },
    nxPlugins: below.nxPlugins,
  };
}

function readOneFile({ path, text, unreadable, kind, base }: ConfigFile): Parsed<FileKeys> {
  if (unreadable !== undefined) {
    return [noFile, [{ code: 'unreadable-file', severity: 'error', file: path, detail: unreadable }]];
  }
  const json = parseJsonc(text, path);
  if (json.problems.length > 0) return [noFile, json.problems];
  const place = placeInFile(path, json);
  const [extended, baseProblems] = base === undefined ? [{}, []] : readBase(base);
  if (baseProblems.length > 0) return [noFile, baseProblems];
  // As in Nx, whole keys: those of the file itself win.
  const value = isJsonObject(json.value) ? { ...extended, ...json.value } : json.value;
  const raw = isJsonObject(value) ? value : {};
  const [keys, keyProblems] = kind === 'nx' ? readNxKeys(value, place) : readLarderKeys(value, place);
  const [namedInputs, inputProblems] = readNamedInputs(raw, place);
  const targetDefaults = isJsonObject(raw['targetDefaults']) ? raw['targetDefaults'] : {};
  const defaultProblems = checkTargetDefaults(targetDefaults, placeAt(place, 'targetDefaults'));
  return [{ ...keys, namedInputs, targetDefaults }, [...keyProblems, ...inputProblems, ...defaultProblems]];
}

function readBase({ name, text }: NonNullable<ConfigFile['base']>): Parsed<JsonObject> {
  if (text === null) {
    const detail = 'nx.json extends it, and it is not there or no file';
    return [{}, [{ code: 'unreadable-file', severity: 'error', file: name, detail }]];
  }
  const json = parseJsonc(text, asWorkspacePath(name));
  return [isJsonObject(json.value) ? json.value : {}, json.problems];
}

function readNxKeys(value: unknown, place: Place): Parsed<FileKeys> {
  const result = v.safeParse(nxFileSchema, value);
  if (!result.success) return [noFile, result.issues.map((issue) => toProblem(issue, place))];
  const { larder, parallel, defaultBase, affected, plugins } = result.output;
  const keys: FileKeys = {
    ...noFile,
    larder: larder ?? {},
    parallel: larder?.parallel ?? parallel,
    defaultBase: defaultBase ?? affected?.defaultBase,
    nxPlugins: (plugins ?? []) as readonly (string | JsonObject)[],
  };
  return [keys, []];
}

function readLarderKeys(value: unknown, place: Place): Parsed<FileKeys> {
  const result = v.safeParse(larderFileSchema, value);
  if (!result.success) return [noFile, result.issues.map((issue) => toProblem(issue, place))];
  const { defaultBase, parallel } = result.output;
  return [{ ...noFile, larder: result.output, parallel, defaultBase }, []];
}

/** Left to the schema where it is no object of arrays: that is reported there. */
function readNamedInputs(raw: JsonObject, place: Place): Parsed<NamedInputs> {
  const value = raw['namedInputs'];
  if (!isJsonObject(value) || !Object.values(value).every(Array.isArray)) return [{}, []];
  return parseNamedInputs(value, placeAt(place, 'namedInputs'));
}

/** See `closedObject` in the schema for the issues of type `never`. */
function toProblem(issue: v.BaseIssue<unknown>, place: Place): Problem {
  const path = (issue.path ?? []).map((item) => (item.type === 'array' ? item.key : String(item.key)));
  const issuePlace = placeAt(place, ...path);
  if (issue.type === 'never') {
    return unknownKey(issuePlace, findNearNames(String(path.at(-1)), issue.message.split(' ')), 'error');
  }
  const secret = path.at(-1) === 'token';
  return invalidValue(issuePlace, secret ? '***' : issue.input, issue.message);
}

// Defaults

const defaultCacheDirectory = '.larder/cache';
const defaultTimeoutMs = 10_000;
const defaultConnections = 16;
const defaultMaxSize = '20GB';
const defaultMaxAge = '30d';
const defaultBaseRef = 'main';

function fillIn(file: FileKeys, env: EnvKeys, sources: ConfigSources): Config {
  const { larder } = file;
  const style = larder.outputStyle ?? null;
  return {
    file: sources.file?.path ?? null,
    ...nameBase(sources.file),
    namedInputs: file.namedInputs,
    targetDefaults: file.targetDefaults,
    defaultBase: file.defaultBase ?? defaultBaseRef,
    parallelIsConfigured: (env.parallel ?? file.parallel) !== undefined,
    parallel: resolveParallel(env.parallel ?? file.parallel ?? '100%', sources.availableParallelism),
    parallelIsAdaptive: (env.parallel ?? file.parallel) === 'auto',
    retries: larder.retries ?? 0,
    resources: larder.resources ?? {},
    continueMode: larder.continue ?? 'dependencies-successful',
    outputStyle: sources.ci && style === 'tui' ? null : style,
    cacheDirectory: cleanDirectory(env.cacheDirectory ?? larder.cacheDirectory ?? defaultCacheDirectory),
    cache: resolveCache(larder, env),
    remote: resolveRemote(larder, env, sources),
    daemon: env.daemon ?? larder.daemon ?? 'auto',
    plugins: (larder.plugins ?? []).map(toPlugin),
    nxPlugins: file.nxPlugins,
    passThroughEnv: larder.passThroughEnv ?? [],
    envMode: larder.envMode ?? 'loose',
  };
}

function nameBase(file: ConfigFile | null): Pick<Config, 'base'> {
  const base = file?.base ?? file?.beside?.base;
  return base === undefined ? {} : { base: base.name };
}

/** A count, a share of the cores (`"50%"`), or `auto`, which begins with all of them; at least 1. */
export function resolveParallel(parallel: number | string, availableParallelism: number): number {
  const text = parallel === 'auto' ? '100%' : String(parallel);
  const count = text.endsWith('%') ? (availableParallelism * Number.parseInt(text, 10)) / 100 : Number(text);
  return Math.max(1, Math.floor(count));
}

function resolveCache({ cache }: LarderKeys, env: EnvKeys): Config['cache'] {
  return {
    maxSizeBytes: toQuantity(parseSize, env.cacheMaxSize ?? cache?.maxSize ?? defaultMaxSize),
    maxAgeMs: toQuantity(parseAge, env.cacheMaxAge ?? cache?.maxAge ?? defaultMaxAge),
  };
}

/** The schema has refused texts that are no quantity. */
function toQuantity(parse: (text: string) => number | undefined, text: string): number {
  const quantity = parse(text);
  if (quantity === undefined) throw new Error(`the schema let "${text}" pass`);
  return quantity;
}

function resolveRemote({ remote }: LarderKeys, env: EnvKeys, { ci }: ConfigSources): Config['remote'] {
  const url = env.remoteUrl ?? remote?.url;
  const configured = typeof remote?.mode === 'object' ? (ci ? remote.mode.ci : remote.mode.local) : remote?.mode;
  const mode = env.remoteMode ?? configured ?? 'read-write';
  if (url === undefined || mode === 'off') return null;
  const rate = remote?.maxBytesPerSecond;
  return {
    url: url.replace(/\/+$/, ''),
    token: env.remoteToken ?? remote?.token ?? null,
    mode,
    timeoutMs: remote?.timeoutMs ?? defaultTimeoutMs,
    tokenFile: env.remoteTokenFile ?? remote?.tokenFile ?? null,
    oidcAudience: env.oidcAudience ?? remote?.oidcAudience ?? null,
    publicKeys: toKeyLists(remote?.publicKeys ?? {}),
    signingKeyFile: remote?.signingKeyFile ?? null,
    signingScope: env.signingScope ?? remote?.signingScope ?? 'main',
    caFile: remote?.caFile ?? null,
    maxConnections: remote?.maxConnections ?? defaultConnections,
    maxBytesPerSecond: rate === undefined ? null : toQuantity(parseSize, rate),
    uploadSlowerThanExecution: remote?.uploadSlowerThanExecution ?? false,
  };
}

function toKeyLists(keys: Readonly<Record<string, string | readonly string[]>>): Record<string, readonly string[]> {
  return Object.fromEntries(
    Object.entries(keys).map(([scope, listed]) => [scope, typeof listed === 'string' ? [listed] : listed]),
  );
}

function toPlugin(plugin: NonNullable<LarderKeys['plugins']>[number]): PluginConfig {
  if (typeof plugin === 'string') return { name: plugin, options: {} };
  const name = 'plugin' in plugin ? plugin.plugin : plugin.name;
  return { name, options: (plugin.options ?? {}) as JsonObject };
}

function cleanDirectory(path: string): string {
  return path.replace(/^(\.\/+)+/, '').replace(/(?<=.)\/+$/, '');
}
