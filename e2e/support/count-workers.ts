import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { nx, type NxRun } from './nx-plugin-workspace.ts';

export interface CountedRun extends NxRun {
  /** The processes that nx, or its daemon, started for plugins meanwhile. */
  readonly workers: number;
}

/** Runs nx with a line in a file for each Node process that starts. */
export async function countWorkers(
  root: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<CountedRun> {
  const log = join(root, 'started.log');
  const script = join(root, 'node_modules/log-start.cjs');
  writeFileSync(script, `require('fs').appendFileSync(process.env.STARTED, process.argv[1] + '\\n');`);
  rmSync(log, { force: true });
  const run = await nx(root, args, { ...env, STARTED: log, NODE_OPTIONS: `--require "${script}"` });
  const started = existsSync(log) ? readFileSync(log, 'utf8').split('\n') : [];
  return { ...run, workers: started.filter((file) => file.includes('plugin-worker')).length };
}
