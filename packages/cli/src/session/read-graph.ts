import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  buildProjectGraph,
  parseConfig,
  workspaceConfigurationFiles,
  type Config,
  type DebugLog,
  type GraphContext,
  type GraphContribution,
  type Plugin,
  type PluginParts,
  type Problem,
  type ProjectGraph,
  type SpawnProcess,
  type WorkspaceFiles,
} from '@larder/core';
import { readConfigFile, type OpenWorkspace } from '@larder/workspace';
import type { Terminal } from '../terminal.ts';
import { openKeptGraph, type BuiltGraph } from './kept-graph.ts';
import { loadPlugins } from './load-plugins.ts';
import { definedEnv } from './spawn-commands.ts';

export interface ReadGraph {
  readonly graph: ProjectGraph;
  readonly plugins: readonly PluginParts[];
  /** As `files` of `LoadedPlugins`. */
  readonly pluginFiles: ReadonlySet<string>;
  /**
   * What each of `plugins` said of the graph, in their order; null where it had nothing to say. Empty where the graph was
   * kept: then every plugin that has something to say follows from text.
   */
  readonly contributions: readonly (GraphContribution | null)[];
  /** Whether it is the graph of an earlier command. */
  readonly wasKept: boolean;
  /** Whether the next command finds a graph kept, if it follows from the same files. */
  readonly isKept: boolean;
  /** Slots as a plugin wants them; null: no plugin cares. */
  readonly parallel: string | null;
  /** Patterns of the files that the graph follows from: those of the configuration, and what plugins name. */
  readonly graphFiles: readonly string[];
  readonly problems: readonly Problem[];
  /** Keeps the graph for the next command, where that is possible and this one did not find it kept. Never throws. */
  keep(): void;
}

export interface ReadGraphOptions {
  /** As in `loadPlugins`. */
  readonly nx: Plugin | null;
  /** Where the files of the context come from; null: they are not all, and nothing is kept. */
  readonly workspace: OpenWorkspace | null;
}

/** Asks every plugin of a workspace for its part of the graph, unless what they would say is known. */
export async function readGraph(context: GraphContext, { nx, workspace }: ReadGraphOptions): Promise<ReadGraph> {
  const { parts: plugins, problems, files: pluginFiles } = await loadPlugins(context, nx);
  const applying = plugins.map(({ graph }) => (graph?.applies(context) === true ? graph : null));
  const contributors = applying.filter((contributor) => contributor !== null);
  const graphFiles = [...workspaceConfigurationFiles, ...contributors.flatMap(({ dependsOnFiles }) => dependsOnFiles)];
  const kept = workspace === null || nx !== null ? null : openKeptGraph(context, contributors, workspace);
  const known = kept?.read() ?? null;
  const common = { plugins, pluginFiles, graphFiles, isKept: kept !== null };
  if (known !== null) {
    return {
      ...known,
      ...common,
      contributions: [],
      wasKept: true,
      problems: [...problems, ...known.problems],
      keep: () => {},
    };
  }
  const asked = kept?.context ?? context;
  const contributions = await Promise.all(
    applying.map(async (contributor) => (contributor === null ? null : contributor.contribute(asked))),
  );
  const built = build(contributions, context.config);
  return {
    ...built,
    ...common,
    contributions,
    wasKept: false,
    problems: [...problems, ...built.problems],
    keep: () => kept?.keep(built),
  };
}

function build(contributions: readonly (GraphContribution | null)[], config: Config): BuiltGraph {
  const said = contributions.filter((contribution) => contribution !== null);
  const [graph, problems] = buildProjectGraph(said, config);
  return { graph, problems, parallel: said.findLast(({ parallel }) => parallel !== undefined)?.parallel ?? null };
}

export function readConfig(rootAbsolute: string, terminal: Terminal): ReturnType<typeof parseConfig> {
  return parseConfig({
    file: readConfigFile(rootAbsolute),
    env: terminal.env,
    availableParallelism: terminal.availableParallelism,
    ci: terminal.isCi,
  });
}

export interface ContextParts {
  readonly rootAbsolute: string;
  readonly stateDirectoryAbsolute: string;
  readonly files: WorkspaceFiles;
  readonly spawn: SpawnProcess;
  readonly log: DebugLog;
  readonly terminal: Terminal;
  readonly config: Config;
}

export function createGraphContext(parts: ContextParts): GraphContext {
  const { files } = parts;
  return {
    workspaceRootAbsolute: parts.rootAbsolute,
    stateDirectoryAbsolute: join(parts.stateDirectoryAbsolute, 'state'),
    config: parts.config,
    files,
    readText: (path) => (files.has(path) ? readFileSync(`${parts.rootAbsolute}/${path}`, 'utf8') : null),
    env: definedEnv(parts.terminal.env),
    spawn: parts.spawn,
    log: parts.log,
    signal: parts.terminal.signal,
  };
}
