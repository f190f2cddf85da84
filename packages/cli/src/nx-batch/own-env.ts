import { asWorkspacePath } from '@larder/core';
import { wishesName } from '@larder/nx';
import { createDotenvReader } from '@larder/workspace';

type Env = Readonly<Record<string, string | undefined>>;

/** Those that Nx loads before anything else. */
const rootFiles = ['.env.local', '.local.env', '.env'].map(asWorkspacePath);

/**
 * The environment that `nx` was called with: without what it has loaded from the workspace's own dotenv files, which
 * would win over those of projects and targets, and without what is meant for the batch alone. As in Nx, a variable
 * with the very value of the file counts as the file's.
 */
export function createOwnEnv(env: Env, rootAbsolute: string): Env {
  const own = new Map(Object.entries(env));
  own.delete(wishesName);
  own.delete('NX_FORKED_TASK_EXECUTOR');
  if (env['NX_LOAD_DOT_ENV_FILES'] !== 'true') return Object.fromEntries(own);
  const read = createDotenvReader(rootAbsolute, () => {});
  for (const file of rootFiles) {
    for (const [name, value] of Object.entries(read(file) ?? {})) if (own.get(name) === value) own.delete(name);
  }
  return Object.fromEntries(own);
}
