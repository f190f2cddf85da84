import { exitCodes, type ExitCode } from '../exit-codes.ts';
import type { Terminal } from '../terminal.ts';
import { writeError } from './command-io.ts';
import { openProjects, type Projects } from './open-projects.ts';
import { openSession, type Session } from './open-session.ts';
import { reportProblems } from './report-problems.ts';

/** Opens the workspace and runs a command on it; what is wrong with the workspace is told, and exits with 2. */
export async function withSession(
  terminal: Terminal,
  options: { readonly verbose: boolean },
  command: (session: Session) => Promise<ExitCode>,
): Promise<ExitCode> {
  const log = (message: string): void => {
    if (options.verbose) void writeError(terminal, `larder: ${message}\n`);
  };
  const opened = await openSession(terminal, { log });
  if (opened.kind === 'invalid') {
    await reportProblems(terminal, opened.problems, opened.rootAbsolute);
    return exitCodes.usage;
  }
  await reportProblems(terminal, opened.session.warnings, opened.session.rootAbsolute);
  try {
    return await command(opened.session);
  } finally {
    opened.session.saveState();
  }
}

/** The same for a command that needs projects alone, and none of their files. */
export async function withProjects(
  terminal: Terminal,
  command: (projects: Projects) => Promise<ExitCode>,
): Promise<ExitCode> {
  const opened = await openProjects(terminal, () => {});
  if (opened.kind === 'invalid') {
    await reportProblems(terminal, opened.problems, opened.rootAbsolute);
    return exitCodes.usage;
  }
  const { projects } = opened;
  await reportProblems(terminal, projects.warnings, projects.rootAbsolute);
  return command(projects);
}
