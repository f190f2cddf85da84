import { asWorkspacePath, type InputContext, type InputDefinition } from '@larder/core';
import { createTrackedLookup } from '@larder/workspace';
import type { Session } from '../session/open-session.ts';

/** What the inputs of every task are resolved with, whether they are hashed or compared with changes. */
export function createInputContext(session: Session): InputContext {
  return {
    graph: session.graph,
    namedInputs: session.config.namedInputs,
    commonInputs: listCommonInputs(session),
    holdsTracked: createTrackedLookup(session.rootAbsolute),
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
