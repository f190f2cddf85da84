import { selectProjects, type ProjectSelection as SelectedProjects } from '@larder/core';
import type { ProjectSelection } from '../argv/command.ts';
import type { Session } from '../session/open-session.ts';
import type { Terminal } from '../terminal.ts';

/** By `--projects` and `--exclude`, or by `--filter`, whose grammar is loaded only then. */
export async function selectProjectsOfCommand(
  session: Session,
  terminal: Terminal,
  command: { readonly selection: ProjectSelection; readonly filters: readonly string[] },
): Promise<SelectedProjects> {
  const { selection, filters } = command;
  if (filters.length === 0) return selectProjects(session.graph, selection.projects, selection.exclude);
  const { selectFilteredProjects } = await import('./select-filtered.ts');
  return selectFilteredProjects(session, terminal, filters);
}
