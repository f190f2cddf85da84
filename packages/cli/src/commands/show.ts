import { asProjectName, findNearNames, type Problem, type Project } from '@larder/core';
import { projectToJson, renderProject, renderProjectNames, renderTask, taskGraphToJson } from '@larder/report';
import type { Command } from '../argv/command.ts';
import { exitCodes, type ExitCode } from '../exit-codes.ts';
import { buildGraphOfTasks } from '../run/build-graph-of-tasks.ts';
import { selectProjectsOfCommand } from '../run/select-projects-of-command.ts';
import { formatJson, writeOut } from '../session/command-io.ts';
import type { Session } from '../session/open-session.ts';
import { reportProblems } from '../session/report-problems.ts';
import { withSession } from '../session/with-session.ts';
import type { Terminal } from '../terminal.ts';

type ShowCommand = Extract<Command, { kind: 'show-projects' | 'show-project' | 'show-task' }>;

/** `show projects`, `show project <name>` and `show task <id>`. */
export async function showCommand(command: ShowCommand, terminal: Terminal): Promise<ExitCode> {
  return withSession(terminal, { verbose: false }, async (session) => {
    const shown = await show(session, command, terminal);
    if (typeof shown !== 'string') {
      await reportProblems(terminal, shown, session.rootAbsolute);
      return exitCodes.usage;
    }
    await writeOut(terminal, shown);
    return exitCodes.ok;
  });
}

async function show(session: Session, command: ShowCommand, terminal: Terminal): Promise<string | readonly Problem[]> {
  switch (command.kind) {
    case 'show-projects':
      return showProjects(session, command, terminal);
    case 'show-project':
      return showProject(session, command, terminal);
    case 'show-task':
      return showTask(session, command, terminal);
  }
}

async function showProjects(
  session: Session,
  command: Extract<ShowCommand, { kind: 'show-projects' }>,
  terminal: Terminal,
): Promise<string | readonly Problem[]> {
  const selected = await selectProjectsOfCommand(session, terminal, command);
  if (selected.kind === 'unknown') return selected.problems;
  const hasTarget = (project: Project | undefined): boolean =>
    command.withTarget.length === 0 || command.withTarget.some((target) => project?.targets.has(target) === true);
  const names = selected.projects.filter((name) => hasTarget(session.graph.projects.get(name)));
  return command.json ? formatJson(names) : renderProjectNames(names);
}

function showProject(
  session: Session,
  command: Extract<ShowCommand, { kind: 'show-project' }>,
  terminal: Terminal,
): string | readonly Problem[] {
  const project = session.graph.projects.get(asProjectName(command.project));
  if (project === undefined) {
    const near = findNearNames(command.project, session.graph.projects.keys());
    return [{ severity: 'error', code: 'unknown-project', project: command.project, near }];
  }
  if (command.json) return formatJson(projectToJson(project, session.graph));
  return renderProject(project, session.graph, textOptions(terminal));
}

function showTask(
  session: Session,
  command: Extract<ShowCommand, { kind: 'show-task' }>,
  terminal: Terminal,
): string | readonly Problem[] {
  const built = buildGraphOfTasks(session, [command.task], { configuration: null, args: [] });
  if (built.kind === 'invalid') return built.problems;
  const requested = [...built.taskGraph.tasks.values()].find((task) => task.requested)!;
  if (!command.json) return renderTask(requested.id, built.taskGraph, textOptions(terminal)) ?? '';
  return formatJson(taskGraphToJson(built.taskGraph));
}

function textOptions(terminal: Terminal): { readonly color: boolean; readonly columns: number } {
  return { color: terminal.color, columns: terminal.stdout.columns ?? Infinity };
}
