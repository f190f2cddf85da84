import { existsSync } from 'node:fs';
import { join } from 'node:path';
import {
  buildTaskGraph,
  canRedefine,
  findAffected,
  resolveInputs,
  restrictTaskGraph,
  selectProjects,
  type AffectedBase,
  type AffectedReason,
  type Problem,
  type TaskGraph,
  type TaskId,
} from '@larder/core';
import { findMemberPatterns } from '@larder/workspace';
import type { RunCommand } from '../argv/command.ts';
import { writeOut } from '../session/command-io.ts';
import type { Session } from '../session/open-session.ts';
import type { Terminal } from '../terminal.ts';
import { buildGraphOfTasks, type BuiltTasks } from './build-graph-of-tasks.ts';
import { createInputContext } from './create-input-context.ts';
import { explainAffected } from './explain-affected.ts';
import type { ComparedRun } from './read-affected-base.ts';
import { readChanges } from './read-changes.ts';
import { spreadFolders } from './spread-folders.ts';

export type SelectedTasks =
  | { readonly kind: 'selected'; readonly taskGraph: TaskGraph }
  | { readonly kind: 'invalid'; readonly problems: readonly Problem[] }
  /** `--explain` has said all that was asked for. */
  | { readonly kind: 'explained' };

/** The tasks that a command names, with all that they depend on. */
export async function selectTasks(session: Session, terminal: Terminal, command: RunCommand): Promise<SelectedTasks> {
  if (command.kind !== 'run' && session.graph.projects.size === 0) {
    const members = await findMemberPatterns(session.rootAbsolute);
    return { kind: 'invalid', problems: [{ severity: 'error', code: 'no-projects', members }] };
  }
  switch (command.kind) {
    case 'run':
      return toSelected(buildGraphOfTasks(session, command.tasks, command.run));
    case 'run-many':
      if (command.filters.length > 0) return toSelected(await selectFiltered(session, terminal, command));
      return toSelected(buildGraphOfProjects(session, command.selection, command.run));
    case 'affected':
      return selectAffected(session, terminal, command);
  }
}

function toSelected(built: BuiltTasks): SelectedTasks {
  return built.kind === 'built' ? { kind: 'selected', taskGraph: built.taskGraph } : built;
}

function buildGraphOfProjects(
  session: Session,
  selection: { readonly projects: readonly string[]; readonly exclude: readonly string[] },
  run: RunCommand['run'],
): BuiltTasks {
  const selected = selectProjects(session.graph, selection.projects, selection.exclude);
  if (selected.kind === 'unknown') return { kind: 'invalid', problems: selected.problems };
  const { targets, configuration, args } = run;
  return buildTaskGraph(session.graph, { projects: selected.projects, targets, configuration, args });
}

/** Loaded where it is asked for: most runs have no filter. */
async function selectFiltered(
  session: Session,
  terminal: Terminal,
  command: { readonly filters: readonly string[]; readonly run: RunCommand['run'] },
): Promise<BuiltTasks> {
  const { buildFilteredGraph } = await import('./select-filtered.ts');
  return buildFilteredGraph(session, terminal, command);
}

type AffectedCommand = Extract<RunCommand, { kind: 'affected' }>;

async function selectAffected(session: Session, terminal: Terminal, command: AffectedCommand): Promise<SelectedTasks> {
  const built =
    command.filters.length > 0
      ? await selectFiltered(session, terminal, command)
      : buildGraphOfProjects(session, { projects: [], exclude: command.exclude }, command.run);
  if (built.kind === 'invalid') return built;
  const read = await readChanges(session, terminal, command.changes);
  if (read.kind === 'problem') return { kind: 'invalid', problems: [read.problem] };
  const resolved = resolveInputs(built.taskGraph.tasks.values(), createInputContext(session));
  if (resolved.problems.length > 0) return { kind: 'invalid', problems: resolved.problems };
  const base = await readBase(session, terminal, { ...command.run, ...read });
  const affected = findAffected({
    taskGraph: built.taskGraph,
    inputsOf: (task) => resolved.inputs.get(task)!,
    changes: spreadFolders(session, read.changes),
    isIgnored: (path) => !session.workspace.files.has(path) && existsSync(join(session.rootAbsolute, path)),
    ...(base === null ? {} : { base }),
  });
  const requested = [...affected.keys()].filter((id) => built.taskGraph.tasks.get(id)?.requested === true);
  if (command.explain) return explain(terminal, affected, requested);
  return { kind: 'selected', taskGraph: restrictTaskGraph(built.taskGraph, requested) };
}

/** Loaded where something changed that can say what tasks are, which most changes do not. */
async function readBase(
  session: Session,
  terminal: Terminal,
  { base, ...run }: Omit<ComparedRun, 'commit'> & { readonly base: string | null },
): Promise<AffectedBase | null> {
  if (base === null || !run.changes.some(({ path }) => canRedefine(path))) return null;
  const { readAffectedBase } = await import('./read-affected-base.ts');
  return readAffectedBase(session, terminal, { ...run, commit: base });
}

async function explain(
  terminal: Terminal,
  affected: ReadonlyMap<TaskId, AffectedReason>,
  requested: readonly TaskId[],
): Promise<SelectedTasks> {
  await writeOut(terminal, explainAffected(affected, requested));
  return { kind: 'explained' };
}
