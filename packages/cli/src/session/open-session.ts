import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  hasErrors,
  type Config,
  type DebugLog,
  type GraphContribution,
  type Plugin,
  type PluginParts,
  type Problem,
  type ProjectGraph,
  type SpawnProcess,
} from '@larder/core';
import { monotonicMs } from '@larder/runner';
import { findWorkspaceRoot, readWorkspace, type OpenWorkspace } from '@larder/workspace';
import type { Terminal } from '../terminal.ts';
import { createHeapBounds } from './bound-heap.ts';
import { fillParallel } from './fill-parallel.ts';
import { createGraphContext, readConfig, readGraph, type ReadGraph } from './read-graph.ts';
import { createWorkspaceSpawn } from './spawn-commands.ts';

/** An opened workspace: everything that the commands decide on. */
export interface Session {
  readonly rootAbsolute: string;
  /** Larder's own folder in the workspace. */
  readonly stateDirectoryAbsolute: string;
  readonly config: Config;
  readonly workspace: OpenWorkspace;
  readonly graph: ProjectGraph;
  readonly plugins: readonly PluginParts[];
  /** As in `ReadGraph`. */
  readonly pluginFiles: ReadonlySet<string>;
  /** As in `ReadGraph`. */
  readonly contributions: readonly (GraphContribution | null)[];
  readonly graphWasKept: boolean;
  /** As `isKept` of `ReadGraph`. */
  readonly keepsGraph: boolean;
  /** Patterns of the files that say which projects and tasks there are. */
  readonly graphFiles: readonly string[];
  readonly spawn: SpawnProcess;
  readonly warnings: readonly Problem[];
  readonly log: DebugLog;
  /** When opening it began, and when it was read last; by `monotonicMs`, for the profile of a run. */
  readonly openedFromMs: number;
  readonly openedAtMs: number;
  /** Saves what was learnt of files and graph for the next command. Never throws. */
  saveState(): void;
}

export type OpenedSession =
  | { readonly kind: 'opened'; readonly session: Session }
  | { readonly kind: 'invalid'; readonly problems: readonly Problem[]; readonly rootAbsolute: string };

export interface OpenOptions {
  readonly log: DebugLog;
  /** In place of the built-in plugin for Nx, where the caller knows more than that could find out. */
  readonly nx?: Plugin;
  /** Whoever began this run keeps Larder's folder out of git at its end; false by default. */
  readonly isPartOfRun?: boolean;
}

/** Reads the workspace that holds the working directory. Every problem at once; errors open nothing. */
export async function openSession(terminal: Terminal, options: OpenOptions): Promise<OpenedSession> {
  const openedFromMs = monotonicMs();
  const root = findWorkspaceRoot(terminal.workingDirectory);
  if (root.kind === 'none') return noWorkspace(terminal);
  const rootAbsolute = root.rootAbsolute;
  const stateDirectoryAbsolute = await prepareStateDirectory(rootAbsolute, terminal.env, options);
  const workspace = readWorkspace(rootAbsolute, {
    stateDirectoryAbsolute: join(stateDirectoryAbsolute, 'state'),
    log: options.log,
    onCounted: createHeapBounds(),
  });
  const spawn = createWorkspaceSpawn(terminal);
  const place = { rootAbsolute, stateDirectoryAbsolute, workspace, spawn, log: options.log, openedFromMs };
  return readSession(place, terminal, { nx: options.nx ?? null, knownProblems: 0 });
}

/**
 * Reads configuration and graph again, over the files that are open: for who has seen that they changed, and has
 * refreshed the files. `knownProblems`: of the workspace's problems, how many were there before the files changed.
 */
export async function reopenSession(
  session: Session,
  terminal: Terminal,
  knownProblems: number,
): Promise<OpenedSession> {
  return readSession(session, terminal, { nx: null, knownProblems });
}

type Place = Pick<Session, 'rootAbsolute' | 'stateDirectoryAbsolute' | 'workspace' | 'spawn' | 'log' | 'openedFromMs'>;

async function readSession(
  place: Place,
  terminal: Terminal,
  { nx, knownProblems }: { readonly nx: Plugin | null; readonly knownProblems: number },
): Promise<OpenedSession> {
  const { rootAbsolute, stateDirectoryAbsolute, workspace, spawn, log } = place;
  const [config, configProblems] = readConfig(rootAbsolute, terminal);
  const context = createGraphContext({ ...place, files: workspace.files, terminal, config });
  const read = await readGraph(context, { nx, workspace });
  const problems = [...configProblems, ...workspace.problems.slice(knownProblems), ...read.problems];
  if (hasErrors(problems)) return { kind: 'invalid', problems, rootAbsolute };
  const session = {
    rootAbsolute,
    stateDirectoryAbsolute,
    config: fillParallel(config, read.parallel, terminal.availableParallelism),
    workspace,
    graph: read.graph,
    plugins: read.plugins,
    pluginFiles: read.pluginFiles,
    contributions: read.contributions,
    graphWasKept: read.wasKept,
    keepsGraph: read.isKept,
    graphFiles: read.graphFiles,
    spawn,
    warnings: problems,
    log,
    openedFromMs: place.openedFromMs,
    openedAtMs: monotonicMs(),
    saveState: createSave(workspace, read),
  };
  return { kind: 'opened', session };
}

function createSave(workspace: OpenWorkspace, read: ReadGraph): () => void {
  let isKept = false;
  return () => {
    workspace.saveState();
    if (!isKept) read.keep();
    isKept = true;
  };
}

export function noWorkspace(terminal: Terminal): Extract<OpenedSession, { kind: 'invalid' }> {
  const problem: Problem = { severity: 'error', code: 'no-workspace', directory: terminal.workingDirectory };
  return { kind: 'invalid', problems: [problem], rootAbsolute: terminal.workingDirectory };
}

/** Larder's own folder in a workspace, there or not. */
export function stateDirectoryOf(rootAbsolute: string): string {
  return join(rootAbsolute, '.larder');
}

/**
 * Keeps itself out of git, so that nobody has to edit a `.gitignore` first. Where nothing can be made, in a checkout that is
 * read-only, say, or beside what another user made, runs remember nothing; what that costs is told where it does.
 */
async function prepareStateDirectory(
  rootAbsolute: string,
  env: Terminal['env'],
  { isPartOfRun, log }: OpenOptions,
): Promise<string> {
  const directory = stateDirectoryOf(rootAbsolute);
  const ignoreFile = join(directory, '.gitignore');
  try {
    mkdirSync(join(directory, 'state'), { recursive: true });
    if (isPartOfRun === true || existsSync(ignoreFile)) return directory;
    // Nx's daemon stops where such a file appears.
    if (existsSync(join(rootAbsolute, 'nx.json'))) (await import('@larder/nx')).ignoreStateFolder(rootAbsolute, env);
    else writeFileSync(ignoreFile, '*\n', { flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') log(`nothing can be kept: ${String(error)}`);
  }
  return directory;
}
