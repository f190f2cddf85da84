import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  asWorkspacePath,
  buildProjectGraph,
  buildTaskGraph,
  canRedefine,
  hasErrors,
  isConfigurationFile,
  isHarmlessNxChange,
  parseConfig,
  resolveInputs,
  type AffectedBase,
  type Change,
  type Config,
  type GraphContext,
  type GraphContribution,
  type ProjectGraph,
  type WorkspacePath,
} from '@larder/core';
import { findConfigFile, digest, openBaseFiles, type BaseFiles } from '@larder/workspace';
import type { Session } from '../session/open-session.ts';
import { definedEnv } from '../session/spawn-commands.ts';
import type { Terminal } from '../terminal.ts';
import { compareByText } from './compare-by-text.ts';
import { createInputContext } from './create-input-context.ts';

export interface ComparedRun {
  /** The commit compared with. */
  readonly commit: string;
  readonly changes: readonly Change[];
  readonly targets: readonly string[];
  readonly configuration: string | null;
  readonly args: readonly string[];
}

/**
 * What the tasks were at a commit: the plugins are asked once more, about the files of that time. Null where
 * no file changed that can define tasks, and where that time cannot be told; then such files count by their path.
 */
export async function readAffectedBase(
  session: Session,
  terminal: Terminal,
  run: ComparedRun,
): Promise<AffectedBase | null> {
  const { rootAbsolute, workspace, log } = session;
  if (!run.changes.some(({ path }) => canRedefine(path))) return null;
  const readText = (path: WorkspacePath): string | null =>
    workspace.files.has(path) ? readFileSync(join(rootAbsolute, path), 'utf8') : null;
  const head: BaseFiles = { files: workspace.files, readText };
  const git = { env: definedEnv(terminal.env), signal: terminal.signal };
  const base = await openBaseFiles(rootAbsolute, { ...run, isRead: canRedefine, head, git });
  const built = base === null ? null : await buildBaseGraph(session, terminal, base);
  if (base === null || built === null) {
    log('affected: what the tasks were at the base cannot be told; changed configuration counts by its path');
    return null;
  }
  const definitions = defineTasks(session, run, { ...built, base });
  if (definitions === null) return null;
  const knowsConfiguration =
    built.isComplete || !run.changes.some(({ path }) => isConfigurationFile(path) && !isHarmless(path, base, head));
  const known = { definitions, headGraph: session.graph, knowsConfiguration, digest };
  if (knowsConfiguration) return known;
  const byText = readByText(session, run, { base, built });
  return byText === undefined ? known : { ...known, byText };
}

function readByText(
  session: Session,
  run: ComparedRun,
  { base, built }: { readonly base: BaseFiles; readonly built: BaseGraph },
): AffectedBase['byText'] {
  const { contributions, config, workspace } = session;
  const head = { files: workspace.files };
  const all = defineTasks(session, run, { graph: session.graph, config, base: head });
  if (all === null) return undefined;
  return compareByText(session, all, {
    base: { ...built, defineTasks: (graph) => defineTasks(session, run, { graph, config: built.config, base }) },
    head: { contributions, config, defineTasks: (graph) => defineTasks(session, run, { graph, config, base: head }) },
  });
}

/** Other tools read nx.json for themselves; some of its keys change no target, whoever reads them. */
function isHarmless(path: WorkspacePath, base: BaseFiles, head: BaseFiles): boolean {
  return path === 'nx.json' && isHarmlessNxChange(base.readText(path), head.readText(path));
}

interface BaseGraph {
  readonly graph: ProjectGraph;
  readonly config: Config;
  /** In the order of the session's plugins. */
  readonly contributions: readonly (GraphContribution | null)[];
  /** False: a plugin could only say what it says of the workspace as it is. */
  readonly isComplete: boolean;
}

async function buildBaseGraph(session: Session, terminal: Terminal, base: BaseFiles): Promise<BaseGraph | null> {
  const [config, problems] = parseConfig({
    file: findConfigFile(session.rootAbsolute, base.readText),
    env: terminal.env,
    availableParallelism: terminal.availableParallelism,
    ci: terminal.isCi,
  });
  // Other plugins are other code, and not at hand.
  if (hasErrors(problems) || !hasSamePlugins(config, session, base)) return null;
  const context = createBaseContext(session, terminal, { config, base });
  const contributions = await Promise.all(
    session.plugins.map(async ({ graph }, index): Promise<GraphContribution | null> => {
      if (graph?.followsFromText !== true) return session.contributions[index] ?? null;
      return graph.applies(context) ? graph.contribute(context) : null;
    }),
  );
  const [graph, graphProblems] = buildProjectGraph(
    contributions.filter((contribution) => contribution !== null),
    config,
  );
  if (hasErrors(graphProblems)) return null;
  const isComplete = session.plugins.every(
    (plugin, index) => plugin.graph?.followsFromText === true || (session.contributions[index] ?? null) === null,
  );
  return { graph, config, contributions, isComplete };
}

const pluginMarks = ['nx.json', 'turbo.json', 'turbo.jsonc'].map(asWorkspacePath);

function hasSamePlugins(config: Config, { config: head, workspace }: Session, base: BaseFiles): boolean {
  const isSame = JSON.stringify([config.plugins, config.nxPlugins]) === JSON.stringify([head.plugins, head.nxPlugins]);
  return isSame && pluginMarks.every((path) => workspace.files.has(path) === base.files.has(path));
}

function createBaseContext(
  session: Session,
  terminal: Terminal,
  { config, base }: { readonly config: Config; readonly base: BaseFiles },
): GraphContext {
  return {
    workspaceRootAbsolute: session.rootAbsolute,
    // Its own: what was learnt of the base must not take the place of what is known of the workspace.
    stateDirectoryAbsolute: join(session.stateDirectoryAbsolute, 'state', 'base'),
    config,
    files: base.files,
    readText: base.readText,
    env: definedEnv(terminal.env),
    spawn: session.spawn,
    log: session.log,
    signal: terminal.signal,
  };
}

function defineTasks(
  session: Session,
  run: ComparedRun,
  { graph, config, base }: Pick<BaseGraph, 'graph' | 'config'> & { readonly base: Pick<BaseFiles, 'files'> },
): AffectedBase['definitions'] | null {
  const { targets, configuration, args } = run;
  const projects = [...graph.projects.keys()];
  const known = targets.filter((target) => projects.some((name) => graph.projects.get(name)?.targets.has(target)));
  const built = buildTaskGraph(graph, { projects, targets: known, configuration, args });
  if (built.kind === 'invalid') return null;
  const workspace = { ...session.workspace, files: base.files };
  const context = createInputContext({ ...session, graph, config, workspace });
  const { inputs, problems } = resolveInputs(built.taskGraph.tasks.values(), context);
  if (problems.length > 0) return null;
  return { graph, taskGraph: built.taskGraph, inputsOf: (task) => inputs.get(task)! };
}
