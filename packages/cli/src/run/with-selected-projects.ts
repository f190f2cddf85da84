import { selectProjects, type ProjectName } from '@larder/core';
import type { ProjectSelection } from '../argv/command.ts';
import { exitCodes, type ExitCode } from '../exit-codes.ts';
import type { Projects } from '../session/open-projects.ts';
import { reportProblems } from '../session/report-problems.ts';
import { withProjects, withSession } from '../session/with-session.ts';
import type { Terminal } from '../terminal.ts';

/**
 * Runs a command on the projects that `--projects` and `--exclude` select, or `--filter`, which may ask for what
 * changed, and whose grammar is loaded only then. What they name and nobody has is told, and exits with 2.
 */
export async function withSelectedProjects(
  terminal: Terminal,
  words: { readonly selection: ProjectSelection; readonly filters: readonly string[] },
  command: (projects: Projects, selected: readonly ProjectName[]) => Promise<ExitCode>,
): Promise<ExitCode> {
  const { selection, filters } = words;
  const run = async (projects: Projects, selected: ReturnType<typeof selectProjects>): Promise<ExitCode> => {
    if (selected.kind === 'selected') return command(projects, selected.projects);
    await reportProblems(terminal, selected.problems, projects.rootAbsolute);
    return exitCodes.usage;
  };
  if (filters.length === 0) {
    return withProjects(terminal, (projects) =>
      run(projects, selectProjects(projects.graph, selection.projects, selection.exclude)),
    );
  }
  const { selectFilteredProjects } = await import('./select-filtered.ts');
  return withSession(terminal, { verbose: false }, async (session) =>
    run(session, await selectFilteredProjects(session, terminal, filters)),
  );
}
