import { exitCodes, type ExitCode } from '../exit-codes.ts';
import { chooseOutputStyle } from '../run/choose-output-style.ts';
import { openRunRecords } from '../run/run-records.ts';
import { selectTasks } from '../run/select-tasks.ts';
import { writeOut } from '../session/command-io.ts';
import { reportProblems } from '../session/report-problems.ts';
import type { Session } from '../session/open-session.ts';
import { withSession } from '../session/with-session.ts';
import type { Terminal } from '../terminal.ts';
import { LaterControl } from '../watch/later-control.ts';
import { WatchDisplay } from '../watch/watch-display.ts';
import { WatchLoop } from '../watch/watch-loop.ts';
import type { WatchCommand } from '../watch/watch-round.ts';
import { openWatchedWorkspace } from '../watch/watched-workspace.ts';

/** `watch`: runs the selected tasks, and again what each change affects, until it is interrupted. */
export async function watchCommand(command: WatchCommand, terminal: Terminal): Promise<ExitCode> {
  return withSession(terminal, { verbose: command.run.verbose }, async (session) => {
    const selected = await selectTasks(session, terminal, { ...command, kind: 'run-many' });
    if (selected.kind === 'explained') return exitCodes.ok;
    if (selected.kind === 'invalid') {
      await reportProblems(terminal, selected.problems, session.rootAbsolute);
      return exitCodes.usage;
    }
    const { taskGraph } = selected;
    if (taskGraph.tasks.size === 0) {
      await writeOut(terminal, 'Nothing to watch: no tasks are selected.\n');
      return exitCodes.ok;
    }
    const opened = await openWatchedWorkspace(session, terminal, { taskGraph, before: null });
    if (opened.kind === 'invalid') {
      await reportProblems(terminal, opened.problems, session.rootAbsolute);
      return exitCodes.usage;
    }
    return watch(session, terminal, { command, watched: opened.watched });
  });
}

async function watch(
  session: Session,
  terminal: Terminal,
  { command, watched }: Pick<ConstructorParameters<typeof WatchLoop>[1], 'command' | 'watched'>,
): Promise<ExitCode> {
  const style = chooseOutputStyle(terminal, {
    flag: command.run.outputStyle,
    configured: session.config.outputStyle,
    taskCount: watched.taskGraph.tasks.size,
  });
  // Nobody reads any more: what runs for nobody would run for ever.
  terminal.stdout.once('error', terminal.abort);
  const keys = new LaterControl();
  const display = await WatchDisplay.open(session, terminal, { style, verbose: command.run.verbose, keys });
  const records = await openRunRecords(session, terminal);
  try {
    return await new WatchLoop(terminal, { command, watched, display, records, keys }).run();
  } finally {
    await display.close();
    records.close();
  }
}
