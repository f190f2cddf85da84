import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { readOutputFiles } from '@larder/cache';
import { compareCodeUnits, type OutputFile, type Task, type TaskGraph } from '@larder/core';
import { digest } from '@larder/workspace';
import type { RunOptions } from '../argv/command.ts';
import { exitCodes, type ExitCode } from '../exit-codes.ts';
import { buildGraphOfTasks } from '../run/build-graph-of-tasks.ts';
import { executeRun } from '../run/execute-run.ts';
import { writeOut } from '../session/command-io.ts';
import type { Session } from '../session/open-session.ts';
import { reportProblems } from '../session/report-problems.ts';
import type { Terminal } from '../terminal.ts';

const quietRun: RunOptions = {
  targets: [],
  configuration: null,
  args: [],
  parallel: null,
  retries: 0,
  skipCache: false,
  skipRemoteCache: false,
  dryRun: null,
  graphFile: null,
  outputStyle: 'static-failures',
  continueMode: null,
  verbose: false,
  recordFile: null,
  profileFile: null,
};

/**
 * `cache verify --rerun <task>`: brings about what the task depends on, executes the task itself twice from nothing,
 * and names the outputs that differ. What it leaves on disk is what the second execution made.
 */
export async function verifyByRerun(session: Session, terminal: Terminal, name: string): Promise<ExitCode> {
  const built = buildGraphOfTasks(session, [name], { configuration: null, args: [] });
  if (built.kind === 'invalid') {
    await reportProblems(terminal, built.problems, session.rootAbsolute);
    return exitCodes.usage;
  }
  const { taskGraph } = built;
  const task = [...taskGraph.tasks.values()].find(({ requested }) => requested)!;
  const prepared = await run(session, terminal, { name, taskGraph });
  if (prepared !== exitCodes.ok) return prepared;
  const alone: TaskGraph = { tasks: new Map([[task.id, task]]), dependencies: new Map([[task.id, []]]) };
  const made: (readonly OutputFile[])[] = [];
  for (let round = 0; round < 2; round += 1) {
    await removeOutputs(session, task);
    const exitCode = await run(session, terminal, { name, taskGraph: alone, isTrial: true });
    if (exitCode !== exitCodes.ok) return exitCode;
    made.push(await readOutputFiles(session.rootAbsolute, task.outputs, digest));
  }
  return tellDifferences(terminal, task, compareOutputs(made[0] ?? [], made[1] ?? []));
}

function run(
  session: Session,
  terminal: Terminal,
  { name, ...what }: { readonly name: string; readonly taskGraph: TaskGraph; readonly isTrial?: true },
): Promise<ExitCode> {
  const wishes = { ...quietRun, skipCache: what.isTrial === true };
  return executeRun(session, terminal, { command: { kind: 'run', tasks: [name], run: wishes }, ...what });
}

/** Files and links only: what an earlier execution left must not hide what this one does not write. */
async function removeOutputs({ rootAbsolute }: Session, task: Task): Promise<void> {
  for (const { path, kind } of await readOutputFiles(rootAbsolute, task.outputs, digest)) {
    if (kind !== 'directory') rmSync(join(rootAbsolute, path), { force: true });
  }
}

function compareOutputs(first: readonly OutputFile[], second: readonly OutputFile[]): readonly string[] {
  const before = new Map(first.map((output) => [output.path, output]));
  const after = new Map(second.map((output) => [output.path, output]));
  const differences: string[] = [];
  for (const path of [...new Set([...before.keys(), ...after.keys()])].sort(compareCodeUnits)) {
    const [a, b] = [before.get(path), after.get(path)];
    if (a === undefined) differences.push(`${path}  only the second execution made it`);
    else if (b === undefined) differences.push(`${path}  only the first execution made it`);
    else if (a.kind !== b.kind) differences.push(`${path}  a ${a.kind}, then a ${b.kind}`);
    else if (a.digest !== b.digest)
      differences.push(`${path}  other contents (${a.sizeBytes}, then ${b.sizeBytes} bytes)`);
    else if (a.mode !== b.mode) differences.push(`${path}  mode ${a.mode.toString(8)}, then ${b.mode.toString(8)}`);
  }
  return differences;
}

async function tellDifferences(terminal: Terminal, task: Task, differences: readonly string[]): Promise<ExitCode> {
  if (differences.length === 0) {
    await writeOut(terminal, `${task.id} gives the same outputs twice.\n`);
    return exitCodes.ok;
  }
  const lines = differences.map((difference) => `  ${difference}\n`).join('');
  await writeOut(terminal, `${task.id} is not deterministic. These outputs differ between two executions:\n${lines}`);
  return exitCodes.taskFailed;
}
