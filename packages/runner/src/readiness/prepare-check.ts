import { isJsonObject, type Task, type TaskGraph } from '@larder/core';
import type { RunPorts } from '../run/run-request.ts';
import { ReadinessCheck } from './readiness-check.ts';
import { ReadySignal } from './ready-signal.ts';
import { resolveCheck } from './resolve-check.ts';

export interface CheckContext {
  readonly taskGraph: TaskGraph;
  readonly ports: RunPorts;
  /** The whole environment that the task gets. */
  readonly envFor: (task: Task) => Readonly<Record<string, string>>;
  readonly onReadyUrl: (url: string) => void;
}

/** Null where nothing in the run waits for the task to be ready; a text says why it cannot be checked. */
export function prepareCheck(task: Task, context: CheckContext): ReadinessCheck | string | null {
  const { readyWhen } = task.definition;
  if (!task.continuous || readyWhen === undefined || !isAwaited(task, context.taskGraph)) return null;
  const env: Readonly<Record<string, string>> = { ...context.envFor(task), ...readCommandVariables(task) };
  const { workspaceRootAbsolute, spawn } = context.ports;
  const check = resolveCheck(readyWhen.check, { task, env, workspaceRootAbsolute });
  if (typeof check === 'string') return `its "readyWhen" cannot be checked: ${check}`;
  const probeEnv = { ...env, NX_TASK_OPTIONS: JSON.stringify(task.options) };
  const signal = check.kind === 'signal' ? new ReadySignal(task.id) : null;
  const { onReadyUrl } = context;
  return new ReadinessCheck(check, readyWhen, { spawn, env: probeEnv, workspaceRootAbsolute, signal, onReadyUrl });
}

function isAwaited(task: Task, taskGraph: TaskGraph): boolean {
  for (const edges of taskGraph.dependencies.values()) {
    if (edges.some(({ dependency, waitsForReady }) => waitsForReady === true && dependency === task.id)) return true;
  }
  return false;
}

/** The commands of `nx:run-commands` see these besides. */
function readCommandVariables(task: Task): Readonly<Record<string, string>> {
  const { env } = task.options;
  if (task.definition.executor !== 'nx:run-commands' || !isJsonObject(env)) return {};
  return Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])),
  );
}
