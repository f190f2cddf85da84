import type { Command } from '../argv/command.ts';
import { exitCodes, type ExitCode } from '../exit-codes.ts';
import { executeRun } from '../run/execute-run.ts';
import { selectTasks } from '../run/select-tasks.ts';
import { reportProblems } from '../session/report-problems.ts';
import { withSession } from '../session/with-session.ts';
import type { Terminal } from '../terminal.ts';

export type RunCommand = Extract<Command, { kind: 'run' | 'run-many' | 'affected' }>;

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
        return executeRun(session, terminal, { command, taskGraph: selected.taskGraph });
    }
  });
}
