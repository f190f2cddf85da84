import { asWorkspacePath, type InputContext, type InputDefinition } from '@larder/core';
import { createTrackedLookup } from '@larder/workspace';
import type { Session } from '../session/open-session.ts';

export interface WorkspaceInputContext extends InputContext {
  /** Whether anything was decided by what git tracks. */
  readonly askedGit: () => boolean;
}

/** What the inputs of every task are resolved with, whether they are hashed or compared with changes. */
export function createInputContext(session: Session): WorkspaceInputContext {
  const holdsTracked = createTrackedLookup(session.rootAbsolute);
  let asked = false;
  return {
    graph: session.graph,
    namedInputs: session.config.namedInputs,
    commonInputs: listCommonInputs(session),
    holdsTracked: (path) => {
      asked = true;
      return holdsTracked(path);
    },
    askedGit: () => asked,
  };
}

const rootTsconfigs = ['tsconfig.base.json', 'tsconfig.json'].map(asWorkspacePath);

/** As in Nx, the TypeScript configuration that projects extend counts for every task. */
function listCommonInputs(session: Session): readonly InputDefinition[] {
  const { files } = session.workspace;
  if (!files.has(asWorkspacePath('nx.json'))) return [];
  const tsconfig = rootTsconfigs.find((path) => files.has(path));
  return tsconfig === undefined
    ? []
    : [{ kind: 'fileset', pattern: `{workspaceRoot}/${tsconfig}`, of: { kind: 'self' } }];
}
