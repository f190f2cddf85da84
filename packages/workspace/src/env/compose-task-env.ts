import { delimiter, join } from 'node:path';

import type { Config, TargetEnv, WorkspacePath } from '@larder/core';

import { expandDotenv } from './expand-dotenv.ts';
import { compileNameMatcher } from './match-names.ts';
import { listDotenvPaths } from './read-dotenv.ts';
import type { ReadDotenv } from './read-dotenv.ts';
import { basicEnv, cacheSecrets, callersEnv } from './strict-env.ts';

type Env = Readonly<Record<string, string>>;

/** What is the same for all tasks of a run. */
export interface RunEnvOptions {
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
  readonly config: Pick<Config, 'envMode' | 'passThroughEnv'>;
  /** Null in workspaces whose tool does not load dotenv files. */
  readonly readDotenv: ReadDotenv | null;
  /** Whether the output is shown where colours are. */
  readonly forceColor: boolean;
}

export interface TaskEnvOptions {
  readonly task: TaskEnvSubject;
  /** What the target itself says, in place of the workspace's `config`; null where it says nothing. */
  readonly targetEnv: TargetEnv | null;
  /** Names, with wildcards, of the variables that the task declares as inputs. */
  readonly declaredEnv: readonly string[];
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
 * Composes the whole environment of each task of a run: what the mode lets through of the caller's, then dotenv files for
 * what is not set, then what scripts rely on. Keys to caches are never in it.
 */
export function createTaskEnvComposer(run: RunEnvOptions): (task: TaskEnvOptions) => Record<string, string> {
  const isSecret = remember(compileNameMatcher(cacheSecrets, run.platform !== 'win32'));
  const inherit = createInheritance(run);
  return (options) => {
    const { task } = options;
    const inherited = inherit(options);
    const env = { ...expandDotenv(readDotenvFiles(run, task), inherited), ...inherited };
    Object.assign(env, describeTask(run, task), describeColor(run, env), putBinFirst(run, task, env));
    return pick(env, (name) => !isSecret(name));
  };
}

/** Of the same environment what dotenv files name, for who asks before the task is started. */
export function createDotenvComposer(
  run: InheritedEnv & Pick<RunEnvOptions, 'readDotenv'>,
): (task: TaskEnvOptions) => Env {
  const inherit = createInheritance(run);
  return (options) => {
    const variables = readDotenvFiles(run, options.task);
    return Object.keys(variables).length === 0 ? variables : expandDotenv(variables, inherit(options));
  };
}

type InheritedEnv = Pick<RunEnvOptions, 'base' | 'platform' | 'config'>;

/** What a task gets of the caller's environment. */
function createInheritance(run: InheritedEnv): (task: Omit<TaskEnvOptions, 'task'>) => Env {
  const isCaseSensitive = run.platform !== 'win32';
  const isCallers = compileNameMatcher(callersEnv, isCaseSensitive);
  const base = pick(run.base, (name) => !isCallers(name));
  const { envMode: mode, passThroughEnv: passThrough } = run.config;
  const isLetThrough = remember(compileLetThrough({ mode, passThrough, basic: true }, isCaseSensitive));
  return ({ targetEnv, declaredEnv }) => {
    // A declared variable is hashed: what takes names away from those that are not must not hide it.
    const isDeclared = compileNameMatcher(declaredEnv, isCaseSensitive);
    const isPassed = targetEnv === null ? isLetThrough : compileLetThrough(targetEnv, isCaseSensitive);
    return pick(base, (name) => isPassed(name) || isDeclared(name));
  };
}

function compileLetThrough(
  { mode, passThrough, basic }: TargetEnv,
  isCaseSensitive: boolean,
): (name: string) => boolean {
  switch (mode) {
    case 'loose':
      return () => true;
    case 'strict':
      return compileNameMatcher([...(basic ? basicEnv : []), ...passThrough], isCaseSensitive);
  }
}

/** Most tasks have the same variables. */
function remember(isMatched: (name: string) => boolean): (name: string) => boolean {
  const known = new Map<string, boolean>();
  return (name) => {
    const found = known.get(name) ?? isMatched(name);
    known.set(name, found);
    return found;
  };
}

/** As they stand there; the nearest file wins. */
function readDotenvFiles({ readDotenv }: Pick<RunEnvOptions, 'readDotenv'>, task: TaskEnvSubject): Env {
  if (readDotenv === null) return {};
  const paths = listDotenvPaths(task.projectRoot, task.target, task.configuration);
  const variables: Record<string, string> = {};
  for (const path of paths.reverse()) Object.assign(variables, readDotenv(path) ?? {});
  return variables;
}

/** What npm sets for scripts, and Nx for tasks. */
function describeTask(run: RunEnvOptions, task: TaskEnvSubject): Env {
  const { base, nodeAbsolute, workspaceRootAbsolute } = run;
  const manifest = join(workspaceRootAbsolute, task.projectRoot, 'package.json');
  const isPackage = task.scriptName !== null || task.packageName !== null;
  return withoutNull({
    INIT_CWD: run.invokedInAbsolute,
    NODE: nodeAbsolute,
    npm_node_execpath: nodeAbsolute,
    npm_execpath: base['npm_execpath'] ?? null,
    npm_config_user_agent: base['npm_config_user_agent'] ?? run.userAgent,
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
function describeColor({ forceColor }: RunEnvOptions, env: Env): Env {
  const isSet = env['FORCE_COLOR'] !== undefined || env['NO_COLOR'] !== undefined;
  return forceColor && !isSet ? { FORCE_COLOR: 'true' } : {};
}

/** The programs of the project's packages, then those of each folder above it up to the workspace's, then the rest. */
function putBinFirst({ platform, workspaceRootAbsolute }: RunEnvOptions, task: TaskEnvSubject, env: Env): Env {
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
