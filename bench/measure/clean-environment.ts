import { mkdirSync } from 'node:fs';
import { delimiter, dirname } from 'node:path';

/** What people set for themselves must not reach a runner, and what a runner keeps at home must not reach people. */
export function cleanEnvironment(env: NodeJS.ProcessEnv, home: string): NodeJS.ProcessEnv {
  mkdirSync(home, { recursive: true });
  const kept = Object.entries(env).filter(([name]) => !foreign.test(name));
  return {
    ...Object.fromEntries(kept),
    HOME: home,
    DO_NOT_TRACK: '1',
    NO_COLOR: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    // Every peer starts the same Node.
    PATH: `${dirname(process.execPath)}${delimiter}${env['PATH'] ?? ''}`,
  };
}

const foreign =
  /^(?:LARDER_|NX_|TURBO_|MOON_|LAGE_|WIREIT_|XDG_|GIT_|npm_|NODE_|VITEST|CI$|FORCE_COLOR$|INIT_CWD$|(?:https?|all|no)_proxy$)/i;
