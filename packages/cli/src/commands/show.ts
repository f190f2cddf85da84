import { asProjectName, findNearNames, type Problem, type Project } from '@larder/core';
import { projectToJson, renderProject, renderProjectNames, renderTask, taskGraphToJson } from '@larder/report';
import type { Command } from '../argv/command.ts';
import { exitCodes, type ExitCode } from '../exit-codes.ts';
import { buildGraphOfTasks } from '../run/build-graph-of-tasks.ts';
import { withSelectedProjects } from '../run/with-selected-projects.ts';
import { formatJson, writeOut } from '../session/command-io.ts';
import type { Projects } from '../session/open-projects.ts';
import type { Session } from '../session/open-session.ts';
import { reportProblems } from '../session/report-problems.ts';
import { withProjects, withSession } from '../session/with-session.ts';
import type { Terminal } from '../terminal.ts';

type ShowCommand = Extract<Command, { kind: 'show-projects' | 'show-project' | 'show-task' }>;

/** `show projects`, `show project <name>` and `show task <id>`. */
export async function showCommand(command: ShowCommand, terminal: Terminal): Promise<ExitCode> {
  switch (command.kind) {
    case 'show-projects':
      return showProjects(command, terminal);
    case 'show-project':
      return withProjects(terminal, (projects) =>
        writeShown(projects, terminal, showProject(projects, command, terminal)),
      );
    case 'show-task':
      return withSession(terminal, { verbose: false }, async (session) =>
        writeShown(session, terminal, showTask(session, command, terminal)),
      );
  }
}

type Shown = string | readonly Problem[];

async function writeShown({ rootAbsolute }: Projects, terminal: Terminal, shown: Shown): Promise<ExitCode> {
  if (typeof shown !== 'string') {
    await reportProblems(terminal, shown, rootAbsolute);
    return exitCodes.usage;
  }
  await writeOut(terminal, shown);
  return exitCodes.ok;
}

async function showProjects(
  command: Extract<ShowCommand, { kind: 'show-projects' }>,
  terminal: Terminal,
): Promise<ExitCode> {
  return withSelectedProjects(terminal, command, async (projects, selected) => {
    const hasTarget = (project: Project | undefined): boolean =>
      command.withTarget.length === 0 || command.withTarget.some((target) => project?.targets.has(target) === true);
    const names = selected.filter((name) => hasTarget(projects.graph.projects.get(name)));
    return writeShown(projects, terminal, command.json ? formatJson(names) : renderProjectNames(names));
  });
}

function showProject(
  { graph }: Projects,
  command: Extract<ShowCommand, { kind: 'show-project' }>,
  terminal: Terminal,
): Shown {
  const project = graph.projects.get(asProjectName(command.project));
  if (project === undefined) {
    const near = findNearNames(command.project, graph.projects.keys());
    return [{ severity: 'error', code: 'unknown-project', project: command.project, near }];
  }
  if (command.json) return formatJson(projectToJson(project, graph));
  return renderProject(project, graph, textOptions(terminal));
}

function showTask(session: Session, command: Extract<ShowCommand, { kind: 'show-task' }>, terminal: Terminal): Shown {
  const built = buildGraphOfTasks(session, [command.task], { configuration: null, args: [] });
  if (built.kind === 'invalid') return built.problems;
  const requested = [...built.taskGraph.tasks.values()].find((task) => task.requested)!;
  if (!command.json) return renderTask(requested.id, built.taskGraph, textOptions(terminal)) ?? '';
  return formatJson(taskGraphToJson(built.taskGraph));
}

function textOptions(terminal: Terminal): { readonly color: boolean; readonly columns: number } {
  return { color: terminal.color, columns: terminal.stdout.columns ?? Infinity };
}
