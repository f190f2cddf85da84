import type { ExecutorContext, RunningTask, Task, TaskEnd, TaskId } from '@larder/core';
import { findExecutor } from '../executors/find-executor.ts';
import { endedTask } from '../executors/task-end.ts';
import { OutputCapture } from '../output/capture-output.ts';
import { OutputDecoder } from '../output/decode-output.ts';
import { prepareCheck } from '../readiness/prepare-check.ts';
import type { WatchedTask } from '../readiness/readiness-check.ts';
import { Announcement, type AnnouncedStart } from './announcement.ts';
import type { RunPorts, RunRequest } from './run-request.ts';

export interface Execution {
  /** `ended` and `stop` never reject. */
  readonly running: RunningTask;
  /** When the task is ready by its `readyWhen`, which can be later than `running.ready`. Never, where it fails. */
  readonly checked: Promise<void>;
  /** Everything that the task has printed so far, within bounds; empty where nobody will keep it. */
  readonly terminalOutput: () => Uint8Array;
}

export interface ExecutionWorld {
  readonly request: RunRequest;
  readonly ports: RunPorts;
  /** Where the tasks that signalled that they are ready say that they can be reached; grows during the run. */
  readonly readyUrls: Map<TaskId, string>;
}

export interface ExecutionOptions extends AnnouncedStart {
  readonly keepOutput: boolean;
}

/** Starts a task by its executor. Whatever goes wrong with that is the end of the task, not of the run. */
export function startExecution(task: Task, world: ExecutionWorld, options: ExecutionOptions): Execution {
  const { request, ports } = world;
  const output = passOutputOn(task, ports, options.keepOutput ? new OutputCapture(request.outputCapBytes) : null);
  const check = prepareCheck(task, {
    taskGraph: request.taskGraph,
    ports,
    envFor: (one) => composeEnv(one, world),
    onReadyUrl: (url) => world.readyUrls.set(task.id, url),
  });
  const announcement = new Announcement(task, ports, options);
  const onOutput: ExecutorContext['onOutput'] = (stream, chunk) => {
    // An executor may print before it returns.
    announcement.tell();
    output.onOutput(stream, chunk);
    if (check !== null && typeof check !== 'string') check.see(stream, chunk);
  };
  const context = {
    workspaceRootAbsolute: ports.workspaceRootAbsolute,
    graph: request.graph,
    taskGraph: request.taskGraph,
    spawn: ports.spawn,
    onOutput,
  };
  const envFor = (): ExecutorContext['env'] =>
    typeof check === 'string' ? {} : { ...composeEnv(task, world), ...check?.env };
  const started =
    typeof check === 'string' ? refuseTask(check) : startSafely(task, ports, { ...context, envFor, announcement });
  announcement.tell();
  const running = check === null || typeof check === 'string' ? unchecked(started) : check.watch(started);
  return {
    running: {
      ended: running.ended.then(
        (end) => output.finish(end),
        (error: unknown) => output.finish(brokenExecutor(error)),
      ),
      ready: running.ready,
      stop: () => stopSafely(running, ports),
    },
    checked: running.checked,
    terminalOutput: output.terminalOutput,
  };
}

/** As in Nx: who waits for exactly one task that named an address gets that, and nothing of a run around this one. */
function composeEnv(task: Task, { request, ports, readyUrls }: ExecutionWorld): ExecutorContext['env'] {
  const {
    NX_READY_URL: _url,
    NX_READY_SIGNAL_SOCKET: _socket,
    NX_READY_SIGNAL_TASK: _task,
    ...env
  } = ports.envFor(task);
  const awaited = (request.taskGraph.dependencies.get(task.id) ?? []).filter((edge) => edge.waitsForReady === true);
  const urls = awaited.flatMap(({ dependency }) => readyUrls.get(dependency) ?? []);
  const [url] = urls;
  return url === undefined || urls.length > 1 ? env : { ...env, NX_READY_URL: url };
}

interface StartContext extends Omit<ExecutorContext, 'env'> {
  readonly envFor: () => ExecutorContext['env'];
  readonly announcement: Announcement;
}

function startSafely(task: Task, ports: RunPorts, { envFor, announcement, ...context }: StartContext): RunningTask {
  const { executor: name } = task.definition;
  const found = findExecutor(ports.executors, name);
  if (found.kind === 'unknown-executor') {
    return endedTask({ exitCode: 1, detail: `nothing here implements the executor "${name}"` });
  }
  try {
    announcement.command = found.executor.describe(task);
    return found.executor.start(task, { ...context, env: envFor() });
  } catch (error) {
    return endedTask(brokenExecutor(error));
  }
}

function refuseTask(detail: string): RunningTask {
  return { ...endedTask({ exitCode: 1, detail }), ready: new Promise<never>(() => {}) };
}

function unchecked(running: RunningTask): WatchedTask {
  return { ended: running.ended, ready: running.ready, checked: running.ready, stop: () => running.stop() };
}

function brokenExecutor(error: unknown): TaskEnd {
  return { exitCode: 1, detail: `the executor failed: ${error instanceof Error ? error.message : String(error)}` };
}

async function stopSafely(running: RunningTask, ports: RunPorts): Promise<void> {
  try {
    await running.stop();
  } catch (error) {
    ports.log(`a task could not be stopped: ${String(error)}`);
  }
}

interface PassedOutput {
  readonly onOutput: ExecutorContext['onOutput'];
  readonly finish: (end: TaskEnd) => TaskEnd;
  readonly terminalOutput: () => Uint8Array;
}

function passOutputOn(task: Task, { events }: RunPorts, capture: OutputCapture | null): PassedOutput {
  const decoder = new OutputDecoder();
  let finished = false;
  const emit = (stream: 'stdout' | 'stderr', text: string): void => {
    if (text !== '') events.emit({ type: 'task-output', task: task.id, stream, text, replayed: false });
  };
  return {
    onOutput: (stream, chunk) => {
      // What background processes print after the end belongs to no task any more.
      if (finished) return;
      capture?.append(chunk);
      emit(stream, decoder.decode(stream, chunk));
    },
    finish: (end) => {
      finished = true;
      for (const { stream, text } of decoder.flush()) emit(stream, text);
      return end;
    },
    terminalOutput: () => capture?.toBytes() ?? new Uint8Array(0),
  };
}
