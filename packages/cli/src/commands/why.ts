import type { Problem, TaskHashDetails, TaskId } from '@larder/core';
import { openHistory, renderWhy, type LastTaskRun } from '@larder/report';
import type { Command } from '../argv/command.ts';
import { exitCodes, type ExitCode } from '../exit-codes.ts';
import { buildGraphOfTasks } from '../run/build-graph-of-tasks.ts';
import { historyFile } from '../run/history-file.ts';
import { createRunHasher } from '../run/create-run-hasher.ts';
import type { RunHasher } from '../run/run-hasher.ts';
import { formatJson, writeOut } from '../session/command-io.ts';
import type { Session } from '../session/open-session.ts';
import { reportProblems } from '../session/report-problems.ts';
import { withSession } from '../session/with-session.ts';
import type { Terminal } from '../terminal.ts';
import { listInputFiles } from './list-input-files.ts';

type WhyCommand = Extract<Command, { kind: 'why' }>;

/** `why <task>`: every value that went into its hash, as the workspace is now, or what changed since an earlier run. */
export async function whyCommand(command: WhyCommand, terminal: Terminal): Promise<ExitCode> {
  return withSession(terminal, { verbose: false }, async (session) => {
    const explained = await explainTask(session, terminal, command.task);
    if (explained.kind === 'invalid') {
      await reportProblems(terminal, explained.problems, session.rootAbsolute);
      return exitCodes.usage;
    }
    try {
      return await writeAnswer(session, terminal, { command, ...explained });
    } finally {
      explained.hasher.history.close();
    }
  });
}

interface Answer {
  readonly command: WhyCommand;
  readonly details: TaskHashDetails;
  readonly hasher: RunHasher;
}

async function writeAnswer(session: Session, terminal: Terminal, answer: Answer): Promise<ExitCode> {
  const { command, details, hasher } = answer;
  if (command.since === null) {
    const files =
      command.files && !command.json ? listInputFiles(hasher.inputsOf(details.task), session.workspace.files) : '';
    await writeOut(terminal, (await renderDetails(session, terminal, answer)) + files);
    return exitCodes.ok;
  }
  const { explainSince } = await import('./why-since.ts');
  const { since, json } = command;
  const explained = await explainSince(session, hasher.history, { details, since, json });
  if (explained.kind === 'text') {
    await writeOut(terminal, explained.text);
    return exitCodes.ok;
  }
  await reportProblems(terminal, [explained.problem], session.rootAbsolute);
  return exitCodes.usage;
}

type Explained =
  | { readonly kind: 'explained'; readonly details: TaskHashDetails; readonly hasher: RunHasher }
  | { readonly kind: 'invalid'; readonly problems: readonly Problem[] };

/** The tasks that it depends on are hashed first, with the outputs that stand on disk now. */
async function explainTask(session: Session, terminal: Terminal, name: string): Promise<Explained> {
  const built = buildGraphOfTasks(session, [name], { configuration: null, args: [] });
  if (built.kind === 'invalid') return built;
  const created = await createRunHasher(session, terminal, built.taskGraph);
  if (created.kind === 'invalid') return created;
  const requested = [...built.taskGraph.tasks.values()].find((task) => task.requested)!;
  for (const id of dependenciesFirst(requested.id, built.taskGraph.dependencies)) await created.hasher.hash(id);
  const details = await created.hasher.hash(requested.id);
  return { kind: 'explained', details, hasher: created.hasher };
}

function dependenciesFirst(
  task: TaskId,
  dependencies: ReadonlyMap<TaskId, readonly { readonly dependency: TaskId }[]>,
): readonly TaskId[] {
  const ordered = new Set<TaskId>();
  const stack: { readonly id: TaskId; readonly leaving: boolean }[] = [{ id: task, leaving: false }];
  const entered = new Set<TaskId>();
  for (let visit = stack.pop(); visit !== undefined; visit = stack.pop()) {
    if (visit.leaving) ordered.add(visit.id);
    else if (!entered.has(visit.id)) {
      entered.add(visit.id);
      stack.push({ id: visit.id, leaving: true });
      for (const edge of dependencies.get(visit.id) ?? []) stack.push({ id: edge.dependency, leaving: false });
    }
  }
  return [...ordered];
}

async function renderDetails(session: Session, terminal: Terminal, { command, details }: Answer): Promise<string> {
  if (command.json) return formatJson({ v: 1, ...details });
  const lastRun = await findLastRun(session, details.task);
  return renderWhy(details, { color: terminal.color, columns: terminal.stdout.columns ?? Infinity, lastRun });
}

async function findLastRun(session: Session, task: TaskId): Promise<LastTaskRun | null> {
  const opened = await openHistory(historyFile(session));
  if (opened.kind === 'unavailable') return null;
  try {
    return opened.history.findLastTaskRun(task);
  } finally {
    opened.history.close();
  }
}
