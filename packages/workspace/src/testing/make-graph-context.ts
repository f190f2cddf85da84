import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { Config, GraphContext } from '@larder/core';

import { readWorkspace } from '../read-workspace.ts';
import { makeFolder } from './make-folder.ts';

const config: Config = {
  file: null,
  namedInputs: {},
  targetDefaults: {},
  defaultBase: 'main',
  parallel: 1,
  continueMode: 'dependencies-successful',
  outputStyle: null,
  cacheDirectory: '.larder/cache',
  cache: { maxSizeBytes: 1e9, maxAgeMs: 1e9 },
  remote: null,
  daemon: 'off',
  plugins: [],
  nxPlugins: [],
  passThroughEnv: [],
  parallelIsAdaptive: false,
  retries: 0,
  resources: {},
  envMode: 'loose',
};

/** What a plugin is given for a workspace with these files, or for one that is there already. */
export function makeGraphContext(files: Readonly<Record<string, string>> | string): GraphContext {
  const root = typeof files === 'string' ? files : makeFolder(files);
  const log = () => {};
  return {
    workspaceRootAbsolute: root,
    stateDirectoryAbsolute: join(root, '.larder/state/plugin'),
    config,
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
