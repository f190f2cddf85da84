import { hasErrors, type DebugLog, type Problem, type ProjectGraph } from '@larder/core';
import { findWorkspaceRoot, openMemberFolders } from '@larder/workspace';
import type { Terminal } from '../terminal.ts';
import { noWorkspace, openSession, stateDirectoryOf, type OpenedSession } from './open-session.ts';
import { createGraphContext, readConfig, readGraph } from './read-graph.ts';
import { createWorkspaceSpawn } from './spawn-commands.ts';

/** The projects of a workspace without its files. */
export interface Projects {
  readonly rootAbsolute: string;
  /** Its `externals` may be empty. */
  readonly graph: ProjectGraph;
  readonly warnings: readonly Problem[];
}

export type OpenedProjects =
  | { readonly kind: 'opened'; readonly projects: Projects }
  | Extract<OpenedSession, { readonly kind: 'invalid' }>;

/**
 * Reads the projects alone, for who asks for nothing of files or lockfiles: only folders in which a project can be are
 * listed, where the workspace says which these are. Plugins of the configuration may look for projects anywhere.
 */
export async function openProjects(terminal: Terminal, log: DebugLog): Promise<OpenedProjects> {
  const root = findWorkspaceRoot(terminal.workingDirectory);
  if (root.kind === 'none') return noWorkspace(terminal);
  const { rootAbsolute } = root;
  const [config, configProblems] = readConfig(rootAbsolute, terminal);
  const members = config.plugins.length > 0 ? null : await openMemberFolders(rootAbsolute, log);
  if (members === null) {
    const opened = await openSession(terminal, { log });
    return opened.kind === 'invalid' ? opened : { kind: 'opened', projects: opened.session };
  }
  const stateDirectoryAbsolute = stateDirectoryOf(rootAbsolute);
  const { files } = members;
  const parts = {
    rootAbsolute,
    stateDirectoryAbsolute,
    files,
    spawn: createWorkspaceSpawn(terminal),
    log,
    terminal,
    config,
  };
  const { graph, problems: graphProblems } = await readGraph(
    { ...createGraphContext(parts), onlyProjects: true },
    { nx: null, workspace: null },
  );
  const problems = [...configProblems, ...members.problems, ...graphProblems];
  if (hasErrors(problems)) return { kind: 'invalid', problems, rootAbsolute };
  return { kind: 'opened', projects: { rootAbsolute, graph, warnings: problems } };
}
