import { randomBytes } from 'node:crypto';
import { asRunId, prioritise, type Clock, type RunId, type TaskGraph, type TaskHash, type TaskId } from '@larder/core';
import { builtinExecutors, createRunEvents, runTasks, type RunEvents } from '@larder/runner';
import { exitCodes, type ExitCode } from '../exit-codes.ts';
import type { RunCommand } from '../commands/run-tasks.ts';
import { writeOut } from '../session/command-io.ts';
import { reportProblems } from '../session/report-problems.ts';
import type { Session } from '../session/open-session.ts';
import type { Terminal } from '../terminal.ts';
import { chooseOutputStyle } from './choose-output-style.ts';
import { collectRunReport } from './collect-run-report.ts';
import { createReporters } from './create-reporters.ts';
import { createRunCache } from './create-run-cache.ts';
import { createRunHasher, type RunHasher } from './create-run-hasher.ts';
import { createTaskEnv } from './create-task-env.ts';
import { describeCommand } from './describe-command.ts';
import { printPlan } from './print-plan.ts';
import { openRunRecords, type RunRecords } from './run-records.ts';
import { resolveSlots } from './resolve-slots.ts';
import { writeTaskGraph } from './write-task-graph.ts';

/** How long a run that is over waits for uploads that are under way. */
const drainDeadlineMs = 60_000;
/** Of one task's terminal output, in its artifact. */
const outputCapBytes = 16 * 1024 * 1024;

export interface SelectedRun {
  readonly command: RunCommand;
  readonly taskGraph: TaskGraph;
}

/** Draws, plans or executes the selected tasks, as the flags say. */
export async function executeRun(session: Session, terminal: Terminal, selected: SelectedRun): Promise<ExitCode> {
  const { run } = selected.command;
  if (selected.taskGraph.tasks.size === 0) return reportNothing(terminal, selected);
  if (run.graphFile !== null) return writeTaskGraph(selected.taskGraph, terminal, run.graphFile);
  const created = await createRunHasher(session, terminal, selected.taskGraph);
  if (created.kind === 'invalid') {
    await reportProblems(terminal, created.problems, session.rootAbsolute);
    return exitCodes.usage;
  }
  const { hasher } = created;
  const records = await openRunRecords(session, terminal);
  try {
    const expectedMs = records.expectedMs(selected.taskGraph.tasks.keys());
    if (run.dryRun !== null) return await printPlan(session, terminal, { ...selected, expectedMs, hasher });
    return await execute(session, terminal, { ...selected, expectedMs, hasher, records });
  } finally {
    records.close();
  }
}

async function reportNothing(terminal: Terminal, { command }: SelectedRun): Promise<ExitCode> {
  if (command.run.dryRun === 'json') await writeOut(terminal, '{"v":1,"tasks":[]}\n');
  else if (command.run.outputStyle === 'ndjson') await writeOut(terminal, emptyRun);
  else await writeOut(terminal, 'Nothing to run: no tasks are affected or selected.\n');
  return exitCodes.ok;
}

const emptyRun = `${JSON.stringify({
  v: 1,
  type: 'run-finished',
  exitCode: 0,
  durationMs: 0,
  tasks: { executed: 0, restoredLocal: 0, restoredRemote: 0, upToDate: 0, failed: 0, skipped: 0, cancelled: 0 },
  cacheTroubles: 0,
})}\n`;

interface Execution extends SelectedRun {
  readonly expectedMs: ReadonlyMap<TaskId, number>;
  readonly hasher: RunHasher;
  readonly records: RunRecords;
}

async function execute(session: Session, terminal: Terminal, execution: Execution): Promise<ExitCode> {
  const { command, taskGraph, hasher, expectedMs } = execution;
  const clock: Clock = { now: () => performance.now(), epochMs: () => Date.now() };
  const style = chooseOutputStyle(terminal, {
    flag: command.run.outputStyle,
    configured: session.config.outputStyle,
    taskCount: taskGraph.tasks.size,
  });
  const reporters = await createReporters(session, terminal, { style, verbose: command.run.verbose });
  const report = collectRunReport(taskGraph);
  const events = createRunEvents({
    clock,
    reporters: [...reporters.reporters, hasher.watcher, report.reporter],
    log: session.log,
  });
  const { cache, close } = await createRunCache(session, terminal, {
    skipRemoteCache: command.run.skipRemoteCache || command.run.skipCache,
    planHashes: () => listReadyHashes(taskGraph, hasher),
    ...toCacheEvents(events),
  });
  try {
    const runId = createRunId(clock);
    const result = await runTasks(
      {
        runId,
        command: describeCommand(command),
        startedAtEpochMs: clock.epochMs(),
        graph: session.graph,
        taskGraph,
        slots: resolveSlots(command.run.parallel, session.config.parallel, terminal.availableParallelism),
        continueMode: command.run.continueMode ?? session.config.continueMode,
        priorities: prioritise(taskGraph, expectedMs),
        expectedMs,
        cachePolicy: { read: !command.run.skipCache, write: !command.run.skipCache },
        drainDeadlineMs,
        outputCapBytes,
      },
      {
        clock,
        hasher,
        cache,
        executors: [...builtinExecutors, ...session.plugins.flatMap((plugin) => plugin.executors ?? [])],
        envFor: createTaskEnv(session, terminal, { inputsOf: hasher.inputsOf, forceColor: terminal.color }),
        spawn: session.spawn,
        events,
        log: session.log,
        signal: terminal.signal,
        workspaceRootAbsolute: session.rootAbsolute,
      },
    );
    return result.exitCode;
  } finally {
    await events.close();
    await Promise.all([close(report.tasks()), session.workspace.saveState(), hasher.history.save(Date.now())]);
    await hasher.history.close();
    await execution.records.keep(reporters.view(), command.run);
  }
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

/** Sorts by time: milliseconds since the epoch in hex, then chance. */
function createRunId(clock: Clock): RunId {
  return asRunId(`${clock.epochMs().toString(16).padStart(12, '0')}-${randomBytes(4).toString('hex')}`);
}
