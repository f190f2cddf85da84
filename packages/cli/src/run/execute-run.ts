import type { TaskGraph, TaskId } from '@larder/core';
import type { TaskExpectation } from '@larder/report';
import { RunControl } from '@larder/runner';
import { exitCodes, type ExitCode } from '../exit-codes.ts';
import type { RunCommand } from '../argv/command.ts';
import { recallUntouched, type UntouchedTask } from '../recall/recall-untouched.ts';
import { rememberNothing, rememberRun } from '../recall/remember-run.ts';
import { startWantedDaemon } from '../recall/want-daemon.ts';
import { reportProblems } from '../session/report-problems.ts';
import type { Session } from '../session/open-session.ts';
import type { Terminal } from '../terminal.ts';
import { chooseOutputStyle } from './choose-output-style.ts';
import { createReporters } from './create-reporters.ts';
import { createRunHasher } from './create-run-hasher.ts';
import type { RunHasher } from './run-hasher.ts';
import { decideRules, findDemandProblems } from './decide-rules.ts';
import { describeCommand } from './describe-command.ts';
import { driveRun } from './drive-run.ts';
import { printPlan } from './print-plan.ts';
import { reportNothing } from './report-nothing.ts';
import { openRunRecords, toDurations, type RunRecords } from './run-records.ts';
import { resolveSlots } from './resolve-slots.ts';
import { writeTaskGraph } from './write-task-graph.ts';

export interface SelectedRun {
  readonly command: RunCommand;
  readonly taskGraph: TaskGraph;
  /** As for `driveRun`; such a run is not recorded. */
  readonly isTrial?: true;
}

/** Draws, plans or executes the selected tasks, as the flags say. */
export async function executeRun(session: Session, terminal: Terminal, selected: SelectedRun): Promise<ExitCode> {
  const { run } = selected.command;
  if (selected.taskGraph.tasks.size === 0) {
    const format = run.dryRun === 'json' ? 'json' : run.outputStyle === 'ndjson' ? 'ndjson' : 'text';
    rememberNothing(session, terminal, { command: selected.command, format });
    return reportNothing(terminal, format);
  }
  if (run.graphFile !== null) return writeTaskGraph(selected.taskGraph, terminal, run.graphFile);
  const problems = findDemandProblems(session, selected.taskGraph);
  if (problems.length > 0) {
    await reportProblems(terminal, problems, session.rootAbsolute);
    return exitCodes.usage;
  }
  const untouched = run.dryRun === null ? recallUntouched(session, terminal, selected.taskGraph) : new Map();
  if (untouched.size > 0) session.log(`${untouched.size} tasks are as they were: no file that concerns them changed`);
  const takenHashes = new Map([...untouched].map(([task, { hash }]) => [task, hash]));
  const created = await createRunHasher(session, terminal, selected.taskGraph, { takenHashes });
  if (created.kind === 'invalid') {
    await reportProblems(terminal, created.problems, session.rootAbsolute);
    return exitCodes.usage;
  }
  const { hasher } = created;
  const records = await openRunRecords(session, terminal);
  try {
    const expectations = records.expectations(selected.taskGraph.tasks.keys());
    const expectedMs = toDurations(expectations);
    if (run.dryRun !== null) return await printPlan(session, terminal, { ...selected, expectedMs, hasher });
    return await execute(session, terminal, { ...selected, untouched, expectations, expectedMs, hasher, records });
  } finally {
    records.close();
  }
}

interface Execution extends SelectedRun {
  readonly untouched: ReadonlyMap<TaskId, UntouchedTask>;
  readonly expectations: ReadonlyMap<TaskId, TaskExpectation>;
  readonly expectedMs: ReadonlyMap<TaskId, number>;
  readonly hasher: RunHasher;
  readonly records: RunRecords;
}

async function execute(session: Session, terminal: Terminal, execution: Execution): Promise<ExitCode> {
  const { command, taskGraph, untouched, hasher, expectations, expectedMs, records, isTrial } = execution;
  const { run } = command;
  const style = chooseOutputStyle(terminal, {
    flag: run.outputStyle,
    configured: session.config.outputStyle,
    taskCount: taskGraph.tasks.size,
  });
  const control = style === 'tui' ? new RunControl() : null;
  const reporters = await createReporters(session, terminal, { style, verbose: run.verbose, control });
  const memory = rememberRun(session, terminal, { command, taskGraph, hasher, takenCount: untouched.size });
  try {
    const result = await driveRun(session, terminal, {
      command: describeCommand(command),
      taskGraph,
      hasher,
      untouched,
      expectedMs,
      reporters: memory === null ? reporters.reporters : [...reporters.reporters, memory.reporter],
      earlyWork: [records.earlyWork],
      slots: resolveSlots(run.parallel, session.config.parallel, terminal.availableParallelism),
      rules: decideRules(session, { taskGraph, run, expectations }),
      continueMode: run.continueMode ?? session.config.continueMode,
      skipCache: run.skipCache,
      ...(isTrial === true && { isTrial }),
      skipRemoteCache: run.skipRemoteCache,
      ...(control !== null && { control }),
    });
    memory?.keep();
    await startWantedDaemon(session, terminal);
    return result.exitCode;
  } finally {
    if (isTrial !== true) await records.keep(reporters.view(), run);
  }
}
