import { execFile } from 'node:child_process';
import { existsSync, globSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeFolder } from './support/make-workspace.ts';
import { freshNxCache, linkedNxWorkspace, nx, nxJson } from './support/nx-plugin-workspace.ts';
import { larder, repositoryRoot, startTool, finish } from './support/run-larder.ts';

/** Has every Node that it is handed to say that it is an old one. */
function pretendToBeOld(): string {
  const file = join(makeFolder(), 'pretend.cjs');
  const versions = "{ value: { ...process.versions, node: '20.20.2' } }";
  writeFileSync(file, `Object.defineProperty(process, 'versions', ${versions});\n`);
  return `--require="${file}"`;
}

const sentence = 'Larder needs Node 22.19 or newer, and runs on Node 20.20.2.';

test.each([['--version'], ['--help'], ['run', 'a:build'], ['stats']])(
  'larder %s names the Node that it needs',
  async (...words) => {
    const run = await larder(makeFolder(), words, { env: { NODE_OPTIONS: pretendToBeOld() } });
    expect(run).toEqual({ exitCode: 2, stdout: '', stderr: `error[old-node]: ${sentence}\n` });
  },
);

test('larder-server names the Node that it needs', async () => {
  const run = await finish(
    startTool('larder-server', makeFolder(), ['--help'], { env: { NODE_OPTIONS: pretendToBeOld() } }),
  );
  expect(run).toEqual({ exitCode: 2, stdout: '', stderr: `larder-server: ${sentence}\n` });
});

/** Larder's executor, in the place of one that copies. */
const adopted = {
  'packages/one/project.json': {
    targets: {
      build: {
        executor: '@larder/nx:run',
        options: { command: 'cp -R src dist', cwd: 'packages/one' },
        outputs: ['{projectRoot}/dist'],
        metadata: { larder: { executor: 'nx:run-commands' } },
      },
    },
  },
};

test('nx is told once, and runs everything without Larder', async () => {
  const root = linkedNxWorkspace({ 'nx.json': nxJson, ...adopted });
  const run = await nx(root, ['run-many', '-t', 'build'], { ...freshNxCache(), NODE_OPTIONS: pretendToBeOld() });
  expect(run).toMatchObject({ exitCode: 0, hits: { 'one:build': 'executed', 'two:build': 'executed' } });
  const warnings = `${run.stdout}${run.stderr}`.split('\n').filter((line) => line.startsWith('larder: '));
  expect(warnings).toEqual([`larder: Larder takes no part in this run: ${sentence}`]);
  expect(globSync('packages/*/dist', { cwd: root })).toHaveLength(2);
  expect(existsSync(join(root, '.larder'))).toBe(false);
});

/** Where a machine has one beside the one that runs the tests. */
const oldNode = '/usr/bin/node';

test.runIf(isOld(await askVersion(oldNode)))('a Node that is old indeed loads what says so', async () => {
  for (const [file, prefix] of [
    ['packages/cli/bundle/larder.cjs', 'error[old-node]: '],
    ['packages/server/bundle/larder-server.js', 'larder-server: '],
  ] as const) {
    const run = await execute(oldNode, [join(repositoryRoot, file), 'stats']);
    expect(run).toMatchObject({
      exitCode: 2,
      stderr: expect.stringMatching(/^.*Larder needs Node 22\.19 or newer, .*\.\n$/),
    });
    expect(run.stderr.startsWith(prefix)).toBe(true);
  }
});

async function askVersion(node: string): Promise<string | null> {
  return existsSync(node) ? (await execute(node, ['--version'])).stdout.trim().slice(1) : null;
}

function isOld(version: string | null): boolean {
  return version !== null && Number(version.split('.')[0]) < 22;
}

function execute(file: string, args: readonly string[]): Promise<{ exitCode: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(file, [...args], (error, stdout, stderr) => {
      resolve({ exitCode: typeof error?.code === 'number' ? error.code : 0, stdout, stderr });
    });
  });
}
