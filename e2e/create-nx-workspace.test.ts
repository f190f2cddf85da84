import { execFileSync } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { commitAll, makeFolder, writeFiles } from './support/make-workspace.ts';
import { cleanEnv, larder, larderEvents } from './support/run-larder.ts';

const createVersion = '23.2.1';
const minutes = 60_000;

/** Takes its packages from the registry, which costs most of a minute: CI does, `npm test` need not. */
const usesRegistry = process.env['CI'] !== undefined;

function npx(cwd: string, ...args: readonly string[]): void {
  const env = { ...cleanEnv(), CI: 'true', NX_DAEMON: 'false', NX_NO_CLOUD: 'true', NX_INTERACTIVE: 'false' };
  execFileSync('npx', ['--yes', ...args], { cwd, env, stdio: ['ignore', 'ignore', 'pipe'] });
}

function createNxWorkspace(): string {
  const folder = makeFolder();
  const flags = ['--preset=ts', '--nxCloud=skip', '--packageManager=npm', '--interactive=false', '--formatter=none'];
  npx(folder, `create-nx-workspace@${createVersion}`, 'acme', ...flags);
  const root = join(folder, 'acme');
  for (const name of ['alpha', 'beta']) {
    const generated = ['--bundler=tsc', '--unitTestRunner=none', '--linter=none', '--no-interactive'];
    npx(root, 'nx', 'g', '@nx/js:lib', `packages/${name}`, ...generated);
  }
  commitAll(root, 'two libraries');
  return root;
}

test.runIf(usesRegistry)(
  'a workspace as create-nx-workspace makes it builds and caches',
  async () => {
    const root = createNxWorkspace();
    const build = ['run-many', '-t', 'build'];
    const cold = await larderEvents(root, build);
    expect(cold.outcomes).toEqual({ '@acme/alpha:build': 'executed', '@acme/beta:build': 'executed' });
    expect(existsSync(join(root, 'packages/alpha/dist/index.js'))).toBe(true);
    const warm = await larderEvents(root, build);
    expect(warm.outcomes).toEqual({ '@acme/alpha:build': 'up-to-date', '@acme/beta:build': 'up-to-date' });
    for (const name of ['alpha', 'beta']) rmSync(join(root, `packages/${name}/dist`), { recursive: true });
    const restored = await larderEvents(root, build);
    expect(restored.outcomes).toEqual({ '@acme/alpha:build': 'restored:local', '@acme/beta:build': 'restored:local' });
    writeFiles(root, { 'packages/beta/src/lib/beta.ts': 'export const changed = true;\n' });
    const edited = await larder(root, ['affected', '-t', 'build', '--uncommitted', '--explain']);
    expect(edited.stdout).toContain('packages/beta/src/lib/beta.ts');
  },
  10 * minutes,
);
