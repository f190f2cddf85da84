import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import {
  prioritise,
  type Clock,
  type ContinueMode,
  type EarlyWork,
  type Executor,
  type Reporter,
  type RunEvent,
  type SpawnProcess,
  type TaskCache,
  type TaskGraph,
  type TaskHash,
  type TaskId,
} from '@larder/core';
import {
  createRunEvents,
  monotonicMs,
  runTasks,
  type RunControl,
  type RunEvents,
  type RunRequest,
  type RunResult,
} from '@larder/runner';
import { openTelemetry, type Telemetry } from '@larder/report';
import { writeError } from '../session/command-io.ts';
import type { Session } from '../session/open-session.ts';
import type { Terminal } from '../terminal.ts';
import { collectRunReport } from './collect-run-report.ts';
import { createRunCache } from './create-run-cache.ts';
import type { RunHasher } from './run-hasher.ts';
import { createTaskEnv } from './create-task-env.ts';
import { createExecutionMarks } from './execution-marks.ts';
import { readOwnPhases } from './read-own-phases.ts';
import { createRunId } from '../recall/create-run-id.ts';
import type { UntouchedTask } from '../recall/recall-untouched.ts';
import { version } from '../version.ts';
import type { RunRules } from './decide-rules.ts';
import { listExecutors } from './list-executors.ts';
import { createMachineGauge } from './machine-gauge.ts';
import { readMachineLoad } from './read-machine-load.ts';
import { useIdleTime } from './use-idle-time.ts';

/** How long a run that is over waits for uploads that are under way. */
const drainDeadlineMs = 60_000;
/** Of one task's terminal output, in its artifact. */
const outputCapBytes = 16 * 1024 * 1024;

/** A run with everything decided, whoever asked for it. */
export interface DecidedRun {
  /** As the person typed it. */
  readonly command: string;
  readonly taskGraph: TaskGraph;
  /** Closed by the run. It may know more tasks than the graph has. */
  readonly hasher: RunHasher;
  readonly expectedMs: ReadonlyMap<TaskId, number>;
  /** Tasks that are known to be up to date, whose hashes the hasher took. Absent: none. */
  readonly untouched?: ReadonlyMap<TaskId, UntouchedTask>;
  /** Closed by the run. */
  readonly reporters: readonly Reporter[];
  readonly slots: number;
  /** Absent: every task takes one slot and nothing else, and is tried once. */
  readonly rules?: RunRules;
  readonly continueMode: ContinueMode;
  readonly skipCache: boolean;
  readonly skipRemoteCache: boolean;
  /** Absent: nobody follows it live, and nobody reaches its tasks: their input is empty. */
  readonly control?: RunControl;
  /** Of whoever asked for the run: done while its first task executes, or never. */
  readonly earlyWork?: readonly EarlyWork[];
  /** As a request to the runner has them. */
  readonly restarts?: RunRequest['restarts'];
  readonly flaws?: RunRequest['flaws'];
  /** A task is executed without those that it depends on: its hash is not the one that it has, and explains nothing. */
  readonly isTrial?: true;
  /** Absent: executors are used as they are. */
  readonly wrap?: (executor: Executor) => Executor;
  /** Absent: its processes end with the run, and it ends with this process. */
  readonly processes?: RunProcesses;
}

/** Where processes outlive the run, as in a watch. */
export interface RunProcesses {
  readonly spawn: SpawnProcess;
  readonly signal: AbortSignal;
}

/** Runs tasks with the workspace's cache, executors and environment, and leaves nothing open or unsaved. */
export async function driveRun(session: Session, terminal: Terminal, run: DecidedRun): Promise<RunResult> {
  const { taskGraph, hasher, processes } = run;
  const executors = await listExecutors(session, taskGraph);
  const clock: Clock = { now: monotonicMs, epochMs: () => Date.now() };
  const report = collectRunReport(taskGraph);
  const telemetry = openTelemetry({
    env: terminal.env,
    randomHex: (bytes) => randomBytes(bytes).toString('hex'),
    version,
  });
  const watching = telemetry === null ? [] : [telemetry.reporter];
  const listEarlyWork = (): readonly EarlyWork[] => [
    ...(run.earlyWork ?? []),
    ...(cache.preparations ?? []),
    // What was learnt of the inputs, which is mostly all that there is to save.
    () => session.saveState(),
  ];
  const idleTime = useIdleTime(listEarlyWork, { later: setImmediate, log: session.log });
  const reporters = [...run.reporters, hasher.watcher, report.reporter, ...watching, idleTime, collectInputs(hasher)];
  const events = createRunEvents({ clock, reporters, log: session.log });
  const { cache, close } = await createRunCache(session, terminal, {
    skipRemoteCache: run.skipRemoteCache || run.skipCache,
    planHashes: () => listReadyHashes(taskGraph, hasher),
    ...toCacheEvents(events),
  });
  try {
    return await runTasks(toRequest(session, run, clock), {
      clock,
      hasher,
      cache: answerUntouched(cache, hasher, run.untouched),
      marks: createExecutionMarks({
        directoryAbsolute: join(session.stateDirectoryAbsolute, 'state', 'executing'),
        pid: process.pid,
        log: session.log,
      }),
      executors: run.wrap === undefined ? executors : executors.map(run.wrap),
      envFor: createTaskEnv(session, terminal, {
        inputsOf: hasher.inputsOf,
        readDotenv: hasher.readDotenv,
        forceColor: terminal.color,
        ...(telemetry !== null && { traceParentOf: telemetry.traceParentOf }),
      }),
      spawn: processes?.spawn ?? session.spawn,
      events,
      log: session.log,
      ...(run.control !== undefined && { control: run.control, machineLoad: readMachineLoad }),
      signal: processes?.signal ?? terminal.signal,
      workspaceRootAbsolute: session.rootAbsolute,
      ...(run.rules?.isAdaptive === true && { gauge: createMachineGauge(clock, terminal.availableParallelism) }),
    });
  } finally {
    await events.close();
    session.saveState();
    session.workspace.saveListing();
    if (run.isTrial !== true) hasher.history.save(Date.now());
    hasher.history.close();
    await close(report.tasks());
    if (telemetry !== null) await finishTelemetry(telemetry, session, terminal, processes !== undefined);
  }
}

function toRequest({ graph }: Session, run: DecidedRun, { epochMs }: Clock): RunRequest {
  const { taskGraph, expectedMs } = run;
  return {
    runId: createRunId(epochMs()),
    command: run.command,
    startedAtEpochMs: epochMs(),
    graph,
    taskGraph,
    slots: run.slots,
    ...run.rules,
    ...(run.restarts !== undefined && { restarts: run.restarts }),
    ...(run.flaws !== undefined && { flaws: run.flaws }),
    continueMode: run.continueMode,
    priorities: prioritise(taskGraph, expectedMs),
    expectedMs,
    cachePolicy: { read: !run.skipCache, write: !run.skipCache },
    drainDeadlineMs,
    outputCapBytes,
  };
}

function answerUntouched(cache: TaskCache, hasher: RunHasher, untouched: DecidedRun['untouched']): TaskCache {
  if (untouched === undefined || untouched.size === 0) return cache;
  const restore: TaskCache['restore'] = async (task, hash, signal) => {
    const known = hasher.isTaken(task.id) ? untouched.get(task.id) : undefined;
    if (known === undefined) return await cache.restore(task, hash, signal);
    signal.throwIfAborted();
    const { terminalOutput, executionMs } = known;
    // Nobody looked at the entry.
    return { kind: 'up-to-date', from: 'local', terminalOutput, executionMs, sizeBytes: 0 };
  };
  return { ...cache, restore };
}

/** Piece by piece while tasks are still executed, instead of all at the end. */
function collectInputs({ history }: RunHasher): Reporter {
  const onEvent = (event: RunEvent): void => {
    if (event.type !== 'task-settled' || event.outcome.kind !== 'executed') return;
    setImmediate(() => history.collect(Date.now()));
  };
  return { onEvent, close: async () => {} };
}

/** What came before the first round of a watch is no part of the later ones. */
async function finishTelemetry(
  telemetry: Telemetry,
  session: Session,
  terminal: Terminal,
  isRound: boolean,
): Promise<void> {
  const trouble = await telemetry.finish((startedAtEpochMs) =>
    isRound ? [] : readOwnPhases(session, startedAtEpochMs),
  );
  if (trouble === null) return;
  const text = `telemetry was not exported: ${trouble}`;
  // In a watch it would be told again and again, and into the interactive view.
  if (isRound) session.log(text);
  else await writeError(terminal, `warning[telemetry]: ${text}\n`);
}

function toCacheEvents(
  events: RunEvents,
): Pick<Parameters<typeof createRunCache>[2], 'onTrouble' | 'onTransfer' | 'onStored' | 'onUploadSkipped'> {
  return {
    onTrouble: events.onTrouble,
    onTransfer: (direction, sizeBytes, durationMs) =>
      events.emit({ type: 'bytes-transferred', direction, sizeBytes, durationMs }),
    onStored: (task, where, sizeBytes) => events.emit({ type: 'artifact-stored', task, where, sizeBytes }),
    onUploadSkipped: (task, sizeBytes, times) => events.emit({ type: 'upload-skipped', task, sizeBytes, ...times }),
  };
}

/** What the remote cache may be asked about ahead, in the order of the graph. */
function listReadyHashes(taskGraph: TaskGraph, hasher: RunHasher): readonly TaskHash[] {
  const hashes: TaskHash[] = [];
  for (const [id, planned] of hasher.planAll()) {
    const task = taskGraph.tasks.get(id);
    if (planned.kind === 'ready' && task?.cache === true && !task.continuous) hashes.push(planned.hash);
  }
  return hashes;
}
