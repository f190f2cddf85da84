import type { RunCommand } from '../argv/command.ts';
import { exitCodes, type ExitCode } from '../exit-codes.ts';
import { executeRun, type SelectedRun } from '../run/execute-run.ts';
import { findSyncGenerators } from '../run/find-sync-generators.ts';
import { selectTasks } from '../run/select-tasks.ts';
import { reportProblems } from '../session/report-problems.ts';
import type { Session } from '../session/open-session.ts';
import { withSession } from '../session/with-session.ts';
import type { Terminal } from '../terminal.ts';

/** `run`, `run-many` and `affected`: select tasks, then execute, plan or draw them. */
export async function runTasksCommand(command: RunCommand, terminal: Terminal): Promise<ExitCode> {
  return withSession(terminal, { verbose: command.run.verbose }, async (session) => {
    const selected = await selectTasks(session, terminal, command);
    switch (selected.kind) {
      case 'invalid':
        await reportProblems(terminal, selected.problems, session.rootAbsolute);
        return exitCodes.usage;
      case 'explained':
        return exitCodes.ok;
      case 'selected':
        await warnOfGenerators(session, terminal, { command, taskGraph: selected.taskGraph });
        return executeRun(session, terminal, { command, taskGraph: selected.taskGraph });
    }
  });
}

/** Not for programs, which read what the run says; and not where nothing runs. */
async function warnOfGenerators(
  session: Session,
  terminal: Terminal,
  { command, taskGraph }: SelectedRun,
): Promise<void> {
  const { outputStyle, dryRun, graphFile } = command.run;
  if ((outputStyle ?? session.config.outputStyle) === 'ndjson' || dryRun !== null || graphFile !== null) return;
  const warning = findSyncGenerators(taskGraph);
  if (warning !== null) await reportProblems(terminal, [warning], session.rootAbsolute);
}
