import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  buildProjectGraph,
  parseConfig,
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
import { readConfigFile } from '@larder/workspace';
import type { Terminal } from '../terminal.ts';
import { loadPlugins } from './load-plugins.ts';
import { definedEnv } from './spawn-commands.ts';

export interface ReadGraph {
  readonly graph: ProjectGraph;
  readonly plugins: readonly PluginParts[];
  /** What each of `plugins` said of the graph, in their order; null where it had nothing to say. */
  readonly contributions: readonly (GraphContribution | null)[];
  /** Patterns of the files that the graph follows from, beside the configuration. */
  readonly graphFiles: readonly string[];
  readonly problems: readonly Problem[];
}

/** Asks every plugin of a workspace for its part of the graph. `nx` as in `loadPlugins`. */
export async function readGraph(context: GraphContext, nx: Plugin | null): Promise<ReadGraph> {
  const plugins = await loadPlugins(context, nx);
  const contributors = plugins.parts.flatMap(({ graph: contributor }) => contributor ?? []);
  const applying = contributors.filter((contributor) => contributor.applies(context));
  const contributions = await Promise.all(applying.map((contributor) => contributor.contribute(context)));
  const [graph, problems] = buildProjectGraph(contributions, context.config);
  return {
    graph,
    plugins: plugins.parts,
    contributions,
    graphFiles: applying.flatMap(({ dependsOnFiles }) => dependsOnFiles),
    problems: [...plugins.problems, ...problems],
  };
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
