import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startNx } from './support/ask-nx.ts';
import { makeWorkspace } from './support/make-workspace.ts';
import { nodeModulesWithNx } from './support/nx-under-test.ts';
import { cleanEnv, larder } from './support/run-larder.ts';

const printer = `console.log('VARIABLES ' + JSON.stringify(process.env));\n`;

/** What Nx tells its own processes about the run, and what depends on who shows the output. */
const ownMatters =
  /^(NX_(CLI_SET|INVOKED_BY_RUNNER|WORKSPACE_ROOT|TASK_HASH|SKIP_NX_CACHE|LOAD_DOT_ENV_FILES|TUI.*|DAEMON|NO_CLOUD|ISOLATE_PLUGINS|CACHE_PROJECT_GRAPH|VERBOSE_LOGGING|TERMINAL_.*|STREAM_.*|PREFIX_.*|FORCE_.*|BASE|HEAD)|LERNA_PACKAGE_NAME|NX_INVOCATION_(ROOT_PID|ANCESTOR_PIDS)|FORCE_COLOR|NODE_CHANNEL_.*|PATH|PWD|OLDPWD|SHLVL|_)$/;

test.each([
  { name: 'with nx.json alone', own: {} },
  { name: 'with a larder.json beside it', own: { 'larder.json': { parallel: 2 } } },
])('tasks see the variables that they see under Nx, those of .env files included, $name', async ({ own }) => {
  const root = makeWorkspace({
    '.gitignore': 'node_modules\n.nx\n',
    'package.json': { name: 'acme', private: true },
    'nx.json': {},
    ...own,
    'print.mjs': printer,
    '.env': 'LAYERED=root\nFROM_ROOT=1\nEXPANDED=${FROM_ROOT}-x\nGIVEN=file\n',
    '.local.env': 'FROM_LOCAL=1\n',
    '.env.local': 'LAYERED=root-local\n',
    '.show.env': 'FROM_TARGET=1\nLAYERED=target\n',
    '.env.show': 'FROM_TARGET_2=1\n',
    '.env.show.fast': 'FROM_CONFIGURATION=1\n',
    '.fast.env': 'FROM_CONFIGURATION_2=1\n',
    'app/.env': 'LAYERED=project\nFROM_PROJECT=1\n',
    'app/.env.show': 'LAYERED=project-target\n',
    'app/.show.fast.env': 'LAYERED=project-target-configuration\n',
    'app/project.json': {
      name: 'app',
      targets: { show: { command: 'node print.mjs', configurations: { fast: {} }, defaultConfiguration: 'fast' } },
    },
  });
  symlinkSync(nodeModulesWithNx, join(root, 'node_modules'));
  const given = { GIVEN: 'shell' };
  const nx = await startNx(root, { NX_LOAD_DOT_ENV_FILES: 'true', ...given });
  const ofNx = (await nx.environment(['show']))['app:show:fast'] ?? {};
  nx.stop();
  const run = await larder(root, ['app:show', '--output-style', 'stream'], { env: given });
  expect(run.exitCode).toBe(0);
  const printed = /VARIABLES (\{.*\})/.exec(run.stdout)?.[1] ?? '{}';
  const seen = JSON.parse(printed) as Readonly<Record<string, string>>;
  const base = cleanEnv();
  const added = Object.entries(ofNx).filter(([name, value]) => base[name] !== value && !ownMatters.test(name));
  expect(added.map(([name]) => name)).toContain('FROM_CONFIGURATION');
  expect(Object.fromEntries(added.map(([name]) => [name, seen[name]]))).toEqual(Object.fromEntries(added));
});
