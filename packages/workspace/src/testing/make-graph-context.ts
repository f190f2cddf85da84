import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { GraphContext } from '@larder/core';
import { emptyConfig } from '@larder/core/fixtures';

import { readWorkspace } from '../read-workspace.ts';
import { makeFolder } from './make-folder.ts';

/** What a plugin is given for a workspace with these files, or for one that is there already. */
export function makeGraphContext(files: Readonly<Record<string, string>> | string): GraphContext {
  const root = typeof files === 'string' ? files : makeFolder(files);
  const log = () => {};
  return {
    workspaceRootAbsolute: root,
    stateDirectoryAbsolute: join(root, '.larder/state/plugin'),
    config: { ...emptyConfig, file: null },
    files: readWorkspace(root, { stateDirectoryAbsolute: join(root, '.larder/state'), log }).files,
    readText: (path) => {
      try {
        return readFileSync(join(root, path), 'utf8');
      } catch (error) {
        if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
        throw error;
      }
    },
    env: {},
    spawn: () => {
      throw new Error('the workspace reader starts nothing');
    },
    log,
    signal: new AbortController().signal,
  };
}
