import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { cleanEnv, finish, repositoryRoot, type Finished } from './run-larder.ts';

/** The real `turbo` of the registry, alone on this machine: no telemetry, no remote cache, its own cache folder. */
export async function turbo(
  cwd: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Finished> {
  const separator = args.indexOf('--');
  const own = separator === -1 ? args : args.slice(0, separator);
  const forwarded = separator === -1 ? [] : args.slice(separator);
  const child = spawn(
    join(repositoryRoot, 'node_modules/.bin/turbo'),
    [...own, '--cache-dir', '.turbo/cache', ...forwarded],
    {
      cwd,
      env: { ...cleanEnv(), TURBO_TELEMETRY_DISABLED: '1', TURBO_NO_UPDATE_NOTIFIER: '1', ...env },
      stdio: ['pipe', 'pipe', 'pipe'],
    },
  );
  return finish(child);
}

export interface TurboTaskPlan {
  readonly hash: string;
  readonly dependsOn: readonly string[];
  /** Whether there is a script to run. */
  readonly runs: boolean;
  readonly outputs: readonly string[];
  readonly cache: boolean;
  readonly persistent: boolean;
  readonly root: string;
}

export interface TurboPlan {
  /** By id as Larder writes it: `web:build`, `//:format`. */
  readonly tasks: ReadonlyMap<string, TurboTaskPlan>;
  readonly packages: readonly string[];
}

interface DryTask {
  readonly taskId: string;
  readonly hash: string;
  readonly command: string;
  readonly dependencies: readonly string[];
  readonly directory: string;
  readonly outputs: readonly string[] | null;
  readonly excludedOutputs: readonly string[] | null;
  readonly resolvedTaskDefinition: { readonly cache: boolean; readonly persistent: boolean };
}

/** What `turbo run … --dry=json` says; null where it refuses. */
export async function turboPlan(
  cwd: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<TurboPlan | null> {
  const separator = args.includes('--') ? args.indexOf('--') : args.length;
  const run = await turbo(cwd, ['run', ...args.slice(0, separator), '--dry=json', ...args.slice(separator)], env);
  if (run.exitCode !== 0) return null;
  const dry = JSON.parse(run.stdout) as { readonly tasks: readonly DryTask[]; readonly packages: readonly string[] };
  const tasks = dry.tasks.map((task): [string, TurboTaskPlan] => [toId(task.taskId), describe(task)]);
  return { tasks: new Map(tasks), packages: dry.packages };
}

function describe(task: DryTask): TurboTaskPlan {
  return {
    hash: task.hash,
    dependsOn: task.dependencies.map(toId).sort(),
    runs: task.command !== '<NONEXISTENT>',
    outputs: [...(task.outputs ?? []), ...(task.excludedOutputs ?? []).map((glob) => `!${glob}`)].sort(),
    cache: task.resolvedTaskDefinition.cache,
    persistent: task.resolvedTaskDefinition.persistent,
    root: task.directory,
  };
}

function toId(taskId: string): string {
  return taskId.replace('#', ':');
}
