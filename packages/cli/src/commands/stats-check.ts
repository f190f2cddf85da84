import { createReadStream, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { readOutputs } from '@larder/cache';
import type { Problem, Task, TaskId } from '@larder/core';
import { openHistory } from '@larder/report';
import {
  checkBudgets,
  collectDurations,
  collectPeaks,
  matchesTask,
  parseBudgets,
  renderBudgetVerdicts,
  type Budget,
  type BudgetFacts,
  type MeasuredOutput,
} from '@larder/report/insights';
import type { Command } from '../argv/command.ts';
import { exitCodes, type ExitCode } from '../exit-codes.ts';
import { buildGraphOfTasks } from '../run/build-graph-of-tasks.ts';
import { historyFile } from '../run/history-file.ts';
import { formatJson, writeOut } from '../session/command-io.ts';
import type { Session } from '../session/open-session.ts';
import { reportProblems } from '../session/report-problems.ts';
import { withSession } from '../session/with-session.ts';
import type { Terminal } from '../terminal.ts';
import { textOptions } from './with-history.ts';

const budgetFile = 'larder.budgets.json';
const runsLookedAt = 200;

/** `stats check`: exits with 1 where a task is over its budget. */
export async function checkBudgetsCommand(
  command: Extract<Command, { kind: 'stats-check' }>,
  terminal: Terminal,
): Promise<ExitCode> {
  return withSession(terminal, { verbose: false }, async (session) => {
    const file = readBudgetFile(session);
    const [budgets, problems] = file === null ? [[], [noBudgetFile]] : parseBudgets(file);
    if (problems.length > 0) {
      await reportProblems(terminal, problems, session.rootAbsolute);
      return exitCodes.usage;
    }
    const tasks = listTasks(session);
    const verdicts = checkBudgets(budgets, {
      tasks,
      ...(await readSamples(session)),
      outputs: await measureOutputs(session, tasks, budgets),
    });
    const options = { ...textOptions(terminal), all: command.all };
    await writeOut(terminal, command.json ? formatJson({ v: 1, verdicts }) : renderBudgetVerdicts(verdicts, options));
    return verdicts.some(({ exceeded }) => exceeded) ? exitCodes.taskFailed : exitCodes.ok;
  });
}

const noBudgetFile: Problem = {
  severity: 'error',
  code: 'unreadable-file',
  file: budgetFile,
  detail: 'there is none at the root of the workspace',
};

/** Null where there is none. */
function readBudgetFile({ rootAbsolute }: Session): string | null {
  try {
    return readFileSync(join(rootAbsolute, budgetFile), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

function listTasks({ graph }: Session): readonly TaskId[] {
  return [...graph.projects.values()].flatMap(({ name, targets }) =>
    [...targets.keys()].map((target) => `${name}:${target}` as TaskId),
  );
}

async function readSamples(session: Session): Promise<Pick<BudgetFacts, 'durations' | 'peaks'>> {
  const opened = await openHistory(historyFile(session));
  if (opened.kind === 'unavailable') return { durations: new Map(), peaks: new Map() };
  try {
    const runs = opened.history.readRuns({ limit: runsLookedAt }).toReversed();
    return { durations: collectDurations(runs), peaks: collectPeaks(runs) };
  } finally {
    opened.history.close();
  }
}

/** Only of the tasks whose outputs have a budget: it reads and compresses every file. */
async function measureOutputs(
  session: Session,
  tasks: readonly TaskId[],
  budgets: readonly Budget[],
): Promise<ReadonlyMap<TaskId, MeasuredOutput>> {
  const patterns = budgets
    .filter(({ outputBytes, outputGzipBytes }) => outputBytes !== null || outputGzipBytes !== null)
    .flatMap((budget) => budget.tasks);
  const wanted = tasks.filter((task) => patterns.some((pattern) => matchesTask(pattern, task)));
  if (wanted.length === 0) return new Map();
  const built = buildGraphOfTasks(session, wanted, { configuration: null, args: [] });
  if (built.kind === 'invalid') return new Map();
  const measured = new Map<TaskId, MeasuredOutput>();
  for (const id of wanted) {
    const task = built.taskGraph.tasks.get(id);
    const output = task === undefined ? null : await measureOutput(session, task);
    if (output !== null) measured.set(id, output);
  }
  return measured;
}

/** Null where the task declares no outputs, or none of them is there. */
async function measureOutput({ rootAbsolute }: Session, task: Task): Promise<MeasuredOutput | null> {
  if (task.outputs.length === 0) return null;
  const outputs = await readOutputs(rootAbsolute, task.outputs);
  const files = outputs.kind === 'found' ? outputs.found.filter(({ kind }) => kind === 'file') : [];
  if (files.length === 0) return null;
  let rawBytes = 0;
  let gzipBytes = 0;
  for (const { path, stat } of files) {
    rawBytes += stat.sizeBytes;
    gzipBytes += await measureGzip(join(rootAbsolute, path));
  }
  return { rawBytes, gzipBytes };
}

async function measureGzip(fileAbsolute: string): Promise<number> {
  let sizeBytes = 0;
  await pipeline(createReadStream(fileAbsolute), createGzip({ level: 9 }), async (chunks: AsyncIterable<Buffer>) => {
    for await (const chunk of chunks) sizeBytes += chunk.length;
  });
  return sizeBytes;
}
