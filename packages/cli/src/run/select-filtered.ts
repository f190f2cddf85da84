import { relative, sep } from 'node:path';
import {
  asWorkspacePath,
  buildTaskGraph,
  findChangedProjects,
  formatFilterChanges,
  parseFilters,
  resolveInputs,
  selectByFilters,
  type AffectedInput,
  type FilterChanges,
  type Problem,
  type ProjectFilter,
  type ProjectName,
  type WorkspacePath,
} from '@larder/core';
import { readChangedFiles } from '@larder/workspace';
import type { RunOptions } from '../argv/command.ts';
import type { Session } from '../session/open-session.ts';
import { definedEnv } from '../session/spawn-commands.ts';
import type { Terminal } from '../terminal.ts';
import { uniteTaskGraphs, type BuiltTasks } from './build-graph-of-tasks.ts';
import { createInputContext } from './create-input-context.ts';

/** The requested targets on the projects that `--filter` selects. */
export async function buildFilteredGraph(
  session: Session,
  terminal: Terminal,
  { filters: texts, run }: { readonly filters: readonly string[]; readonly run: RunOptions },
): Promise<BuiltTasks> {
  const read = await readFilters(session, terminal, { filters: texts, run });
  if (read.kind === 'invalid') return read;
  const { filters, changed } = read;
  // A tag may be one of the target's: then each target has its own projects.
  const usesTags = filters.some(({ subject }) => subject.tag !== null);
  const requests = usesTags ? run.targets.map((target) => [target]) : [run.targets];
  const built = requests.map((targets) => buildRequested(session, { filters, run, targets, changed }));
  const invalid = built.find((one) => one.kind === 'invalid');
  if (invalid !== undefined) return invalid;
  return {
    kind: 'built',
    taskGraph: uniteTaskGraphs(built.flatMap((one) => (one.kind === 'built' ? one.taskGraph : []))),
  };
}

interface FilterWords {
  readonly filters: readonly string[];
  readonly run: Pick<RunOptions, 'targets' | 'configuration'>;
}

/** The projects that `--filter` selects. */
export async function selectFilteredProjects(
  session: Session,
  terminal: Terminal,
  filters: readonly string[],
): Promise<ReturnType<typeof selectByFilters>> {
  const read = await readFilters(session, terminal, { filters, run: { targets: [], configuration: null } });
  if (read.kind === 'invalid') return { kind: 'unknown', problems: read.problems };
  const changedProjects = (changes: FilterChanges): ReadonlySet<ProjectName> =>
    read.changed.get(formatFilterChanges(changes)) ?? new Set();
  return selectByFilters(read.filters, { graph: session.graph, changedProjects, target: null });
}

type ReadFilters =
  | ({ readonly kind: 'read' } & Pick<FilteredRequest, 'filters' | 'changed'>)
  | { readonly kind: 'invalid'; readonly problems: readonly Problem[] };

async function readFilters(session: Session, terminal: Terminal, words: FilterWords): Promise<ReadFilters> {
  const [filters, problems] = parseFilters(words.filters, folderOf(session, terminal));
  if (problems.length > 0) return { kind: 'invalid', problems };
  const changed = await readChangedProjects(session, terminal, { filters, run: words.run });
  return changed.kind === 'invalid' ? changed : { kind: 'read', filters, changed: changed.projects };
}

/** Where the command was given; the root for a folder outside, which cannot be. */
function folderOf(session: Session, terminal: Terminal): WorkspacePath {
  const path = relative(session.rootAbsolute, terminal.workingDirectory).split(sep).join('/');
  return asWorkspacePath(path.startsWith('..') ? '' : path);
}

interface FilteredRequest {
  readonly filters: readonly ProjectFilter[];
  readonly run: RunOptions;
  readonly targets: readonly string[];
  /** By `formatFilterChanges`. */
  readonly changed: ReadonlyMap<string, ReadonlySet<ProjectName>>;
}

function buildRequested({ graph }: Session, { filters, run, targets, changed }: FilteredRequest): BuiltTasks {
  const [target, ...others] = targets;
  const selected = selectByFilters(filters, {
    graph,
    changedProjects: (changes) => changed.get(formatFilterChanges(changes)) ?? new Set(),
    target: target === undefined || others.length > 0 ? null : target,
  });
  if (selected.kind === 'unknown') return { kind: 'invalid', problems: selected.problems };
  const { configuration, args } = run;
  return buildTaskGraph(graph, { projects: selected.projects, targets, configuration, args });
}

type ChangedProjects =
  | { readonly kind: 'read'; readonly projects: ReadonlyMap<string, ReadonlySet<ProjectName>> }
  | { readonly kind: 'invalid'; readonly problems: readonly Problem[] };

/** Asks git once for each comparison that the filters name. */
async function readChangedProjects(
  session: Session,
  terminal: Terminal,
  { filters, run }: Pick<FilteredRequest, 'filters'> & Pick<FilterWords, 'run'>,
): Promise<ChangedProjects> {
  const comparisons = new Map<string, FilterChanges>();
  for (const { subject } of filters) {
    if (subject.changes !== null) comparisons.set(formatFilterChanges(subject.changes), subject.changes);
  }
  const projects = new Map<string, ReadonlySet<ProjectName>>();
  const git = { env: definedEnv(terminal.env), signal: terminal.signal, mayFetch: terminal.isCi };
  for (const [text, changes] of comparisons) {
    const range =
      changes.kind === 'since' ? changes : ({ kind: 'range', base: changes.base, head: changes.head } as const);
    const read = await readChangedFiles(session.rootAbsolute, range, git);
    if (read.kind === 'problem') return { kind: 'invalid', problems: [read.problem] };
    projects.set(
      text,
      findChangedProjects(session.graph, read.changes, () => describeTasks(session, run)),
    );
  }
  return { kind: 'read', projects };
}

/** Every task that the filters may select, with its inputs. What is wrong with them is told when they run. */
function describeTasks(
  session: Session,
  { targets, configuration }: FilterWords['run'],
): Omit<AffectedInput, 'changes'> {
  const projects = [...session.graph.projects.keys()];
  const built = buildTaskGraph(session.graph, { projects, targets, configuration, args: [] });
  const taskGraph = built.kind === 'built' ? built.taskGraph : { tasks: new Map(), dependencies: new Map() };
  const resolved = resolveInputs(taskGraph.tasks.values(), createInputContext(session));
  return { taskGraph, inputsOf: (task) => resolved.inputs.get(task)! };
}
