import { delimiter, join } from 'node:path';

import type { Config, TargetEnv, WorkspacePath } from '@larder/core';

import { expandDotenv } from './expand-dotenv.ts';
import { compileNameMatcher } from './match-names.ts';
import { listDotenvPaths } from './read-dotenv.ts';
import type { ReadDotenv } from './read-dotenv.ts';
import { basicEnv, cacheSecrets, callersEnv } from './strict-env.ts';

type Env = Readonly<Record<string, string>>;

export interface TaskEnvOptions {
  /** The environment that the command line was called with. */
  readonly base: Env;
  readonly platform: NodeJS.Platform;
  readonly workspaceRootAbsolute: string;
  /** Where the command line was called: `INIT_CWD`. */
  readonly invokedInAbsolute: string;
  /** The running Node's executable. */
  readonly nodeAbsolute: string;
  /** For scripts that ask who runs them, where the caller's environment does not say: such as `npm/11.0.0 …`. */
  readonly userAgent: string | null;
  readonly task: TaskEnvSubject;
  readonly config: Pick<Config, 'envMode' | 'passThroughEnv'>;
  /** What the target itself says, in place of the workspace's `config`; null where it says nothing. */
  readonly targetEnv: TargetEnv | null;
  /** Names, with wildcards, of the variables that the task declares as inputs. */
  readonly declaredEnv: readonly string[];
  /** Null in workspaces whose tool does not load dotenv files. */
  readonly readDotenv: ReadDotenv | null;
  /** Whether the output is shown where colours are. */
  readonly forceColor: boolean;
}

export interface TaskEnvSubject {
  readonly project: string;
  readonly projectRoot: WorkspacePath;
  readonly target: string;
  readonly configuration: string | null;
  /** The script in package.json that runs, or null where something else does. */
  readonly scriptName: string | null;
  readonly packageName: string | null;
  readonly packageVersion: string | null;
}

/**
 * The whole environment of a task: what the mode lets through of the caller's, then dotenv files for what is
 * not set, then what scripts rely on. Keys to caches are never in it.
 */
export function composeTaskEnv(options: TaskEnvOptions): Record<string, string> {
  const isCaseSensitive = options.platform !== 'win32';
  const isCallers = compileNameMatcher(callersEnv, isCaseSensitive);
  const isLetThrough = compileLetThrough(options, isCaseSensitive);
  const inherited = pick(options.base, (name) => isLetThrough(name) && !isCallers(name));
  const env = { ...readDotenvFiles(options, inherited), ...inherited };
  Object.assign(env, describeTask(options), describeColor(options, env), putBinFirst(options, env));
  const isSecret = compileNameMatcher(cacheSecrets, isCaseSensitive);
  return pick(env, (name) => !isSecret(name));
}

function compileLetThrough(options: TaskEnvOptions, isCaseSensitive: boolean): (name: string) => boolean {
  const { config, declaredEnv } = options;
  const { mode, passThrough, basic } = options.targetEnv ?? {
    mode: config.envMode,
    passThrough: config.passThroughEnv,
    basic: true,
  };
  switch (mode) {
    case 'loose':
      return () => true;
    case 'strict': {
      const isPassed = compileNameMatcher([...(basic ? basicEnv : []), ...passThrough], isCaseSensitive);
      // A declared variable is hashed: what takes names away from those that are not must not hide it.
      const isDeclared = compileNameMatcher(declaredEnv, isCaseSensitive);
      return (name) => isPassed(name) || isDeclared(name);
    }
  }
}

function readDotenvFiles({ readDotenv, task }: TaskEnvOptions, env: Env): Env {
  if (readDotenv === null) return {};
  const paths = listDotenvPaths(task.projectRoot, task.target, task.configuration);
  const variables: Record<string, string> = {};
  for (const path of paths.reverse()) Object.assign(variables, readDotenv(path) ?? {});
  return expandDotenv(variables, env);
}

/** What npm sets for scripts, and Nx for tasks. */
function describeTask(options: TaskEnvOptions): Env {
  const { task, base, nodeAbsolute, workspaceRootAbsolute } = options;
  const manifest = join(workspaceRootAbsolute, task.projectRoot, 'package.json');
  const isPackage = task.scriptName !== null || task.packageName !== null;
  return withoutNull({
    INIT_CWD: options.invokedInAbsolute,
    NODE: nodeAbsolute,
    npm_node_execpath: nodeAbsolute,
    npm_execpath: base['npm_execpath'] ?? null,
    npm_config_user_agent: base['npm_config_user_agent'] ?? options.userAgent,
    npm_command: task.scriptName === null ? null : 'run-script',
    npm_lifecycle_event: task.scriptName,
    npm_package_json: isPackage ? manifest : null,
    npm_package_name: task.packageName,
    npm_package_version: task.packageVersion,
    NX_WORKSPACE_ROOT: workspaceRootAbsolute,
    NX_TASK_TARGET_PROJECT: task.project,
    NX_TASK_TARGET_TARGET: task.target,
    NX_TASK_TARGET_CONFIGURATION: task.configuration,
  });
}

/** Output is captured, so programs would think that nobody sees colours. What the user set comes first. */
function describeColor({ forceColor }: TaskEnvOptions, env: Env): Env {
  const isSet = env['FORCE_COLOR'] !== undefined || env['NO_COLOR'] !== undefined;
  return forceColor && !isSet ? { FORCE_COLOR: 'true' } : {};
}

/** The programs of the project's packages, then those of each folder above it up to the workspace's, then the rest. */
function putBinFirst({ platform, task, workspaceRootAbsolute }: TaskEnvOptions, env: Env): Env {
  const name = platform === 'win32' ? (Object.keys(env).find((key) => key.toUpperCase() === 'PATH') ?? 'Path') : 'PATH';
  const names = task.projectRoot === '' ? [] : task.projectRoot.split('/');
  const folders: string[] = [];
  for (let depth = names.length; depth >= 0; depth -= 1) {
    folders.push(join(workspaceRootAbsolute, ...names.slice(0, depth), 'node_modules', '.bin'));
  }
  const inherited = env[name];
  return { [name]: [...folders, ...(inherited === undefined || inherited === '' ? [] : [inherited])].join(delimiter) };
}

function pick(env: Env, isKept: (name: string) => boolean): Record<string, string> {
  return Object.fromEntries(Object.entries(env).filter(([name]) => isKept(name)));
}

function withoutNull(values: Readonly<Record<string, string | null>>): Env {
  return Object.fromEntries(Object.entries(values).filter((entry): entry is [string, string] => entry[1] !== null));
}
