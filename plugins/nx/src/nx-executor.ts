import type { Executor, ExecutorContext, RunningProcess, RunningTask, Task, TaskEnd, TaskGraph } from '@larder/core';
import type { ExecutorPool, HostedTask } from './executor-host/executor-pool.ts';
import { findNx } from './find-nx.ts';
import { parseOverrides } from './parse-overrides.ts';

/**
 * Runs any executor that Larder has none of its own for, in a process that the workspace's `nx` provides. With a pool,
 * tasks that end by themselves share processes one after the other.
 */
export function createNxExecutor(pool: ExecutorPool | null): Executor {
  return {
    name: '*',
    describe: (task) => `nx run ${task.id} (${task.definition.executor})`,
    start: (task, context) => startNxTask(task, context, pool),
  };
}

function startNxTask(task: Task, context: ExecutorContext, pool: ExecutorPool | null): RunningTask {
  const nx = findNx(context.workspaceRootAbsolute);
  if (nx === null)
    return failedTask(`The executor ${task.definition.executor} needs nx, and it is not installed in this workspace.`);
  if (pool !== null && !task.continuous) return pool.start(describeForHost(task, context), context);
  const child = context.spawn({
    command: { kind: 'exec', file: process.execPath, args: [nx.runExecutorAbsolute] },
    cwdAbsolute: context.workspaceRootAbsolute,
    env: createEnv(task, context),
    ipc: true,
    onOutput: context.onOutput,
  });
  child.send({
    targetDescription: { project: task.project, target: task.target, ...configurationOf(task) },
    overrides: parseOverrides(task.args),
    taskGraph: toNxTaskGraph(context.taskGraph),
    isVerbose: false,
  });
  return { ended: child.exited.then(toTaskEnd), ready: readyOf(task, child), stop: () => child.stop() };
}

function describeForHost(task: Task, context: ExecutorContext): HostedTask {
  const env = createEnv(task, context);
  const shared = Object.entries(env).filter(([name]) => !isOfOneTask(name));
  return {
    key: JSON.stringify([task.definition.executor, task.configuration, shared.sort(([a], [b]) => (a < b ? -1 : 1))]),
    rootAbsolute: context.workspaceRootAbsolute,
    env,
    targetDescription: { project: task.project, target: task.target, ...configurationOf(task) },
    overrides: parseOverrides(task.args),
    taskGraph: toNxTaskGraph(context.taskGraph),
  };
}

/** Differs from task to task in any run, and is set anew for each. */
function isOfOneTask(name: string): boolean {
  return /^(?:PATH|NX_TASK_.*|npm_.*)$/i.test(name);
}

function createEnv(task: Task, context: ExecutorContext): Readonly<Record<string, string>> {
  return {
    ...context.env,
    NX_WORKSPACE_ROOT: context.workspaceRootAbsolute,
    NX_TASK_TARGET_PROJECT: task.project,
    NX_TASK_TARGET_TARGET: task.target,
    ...(task.configuration === null ? {} : { NX_TASK_TARGET_CONFIGURATION: task.configuration }),
    NX_DAEMON: 'false',
    NX_NO_CLOUD: 'true',
  };
}

function configurationOf(task: Task): { readonly configuration?: string } {
  return task.configuration === null ? {} : { configuration: task.configuration };
}

async function readyOf(task: Task, child: RunningProcess): Promise<void> {
  if (!task.continuous) await child.exited;
}

function toTaskEnd(exit: Awaited<RunningProcess['exited']>): TaskEnd {
  if (exit.spawnError !== null) return { exitCode: 127, detail: exit.spawnError };
  if (exit.signal !== null) return { exitCode: 1, detail: `ended by ${exit.signal}` };
  return { exitCode: exit.exitCode ?? 1, detail: null };
}

function failedTask(detail: string): RunningTask {
  return { ended: Promise.resolve({ exitCode: 1, detail }), ready: Promise.resolve(), stop: () => Promise.resolve() };
}

/** The shape that executors are handed as `context.taskGraph`, in majors 20 to 24. */
function toNxTaskGraph(taskGraph: TaskGraph): unknown {
  const tasks: Record<string, unknown> = {};
  const dependencies: Record<string, readonly string[]> = {};
  const continuousDependencies: Record<string, readonly string[]> = {};
  const roots: string[] = [];
  for (const task of taskGraph.tasks.values()) {
    const edges = (taskGraph.dependencies.get(task.id) ?? []).map((edge) => edge.dependency);
    const isContinuous = (id: (typeof edges)[number]): boolean => taskGraph.tasks.get(id)?.continuous === true;
    dependencies[task.id] = edges.filter((id) => !isContinuous(id));
    continuousDependencies[task.id] = edges.filter(isContinuous);
    if (edges.length === 0) roots.push(task.id);
    tasks[task.id] = toNxTask(task);
  }
  return { roots, tasks, dependencies, continuousDependencies };
}

function toNxTask(task: Task): unknown {
  return {
    id: task.id,
    target: { project: task.project, target: task.target, ...configurationOf(task) },
    projectRoot: task.projectRoot,
    overrides: {},
    outputs: task.outputs,
    cache: task.cache,
    parallelism: task.parallelism,
    continuous: task.continuous,
  };
}
