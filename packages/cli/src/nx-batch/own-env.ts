import { asWorkspacePath } from '@larder/core';
import { wishesName } from '@larder/nx';
import { createDotenvReader } from '@larder/workspace';

type Env = Readonly<Record<string, string | undefined>>;

/** Those that Nx loads before anything else. */
const rootFiles = ['.env.local', '.local.env', '.env'].map(asWorkspacePath);

/** How nx shows this run: none of what a task calls, which may be another nx. */
const ofThisRun: readonly string[] = [wishesName, 'NX_FORKED_TASK_EXECUTOR', 'NX_STREAM_OUTPUT', 'NX_PREFIX_OUTPUT'];

/**
 * The environment that `nx` was called with: without what it has loaded from the workspace's own dotenv files, which
 * would win over those of projects and targets, and without what is meant for the batch alone. As in Nx, a variable
 * with the very value of the file counts as the file's, and a task has no terminal interface.
 */
export function createOwnEnv(env: Env, rootAbsolute: string): Env {
  const own = new Map(Object.entries(env));
  for (const name of ofThisRun) own.delete(name);
  if (own.has('NX_TUI')) own.set('NX_TUI', 'false');
  if (env['NX_LOAD_DOT_ENV_FILES'] !== 'true') return Object.fromEntries(own);
  const read = createDotenvReader(rootAbsolute, () => {});
  for (const file of rootFiles) {
    for (const [name, value] of Object.entries(read(file) ?? {})) if (own.get(name) === value) own.delete(name);
  }
  return Object.fromEntries(own);
}
