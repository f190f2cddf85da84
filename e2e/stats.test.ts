import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { git, layeredWorkspace, makeWorkspace, writeFiles, type FileTree } from './support/make-workspace.ts';
import { larder, larderEvents, startTool, finish } from './support/run-larder.ts';

const buildAll = ['run-many', '-t', 'build'];

async function readJson(root: string, args: readonly string[]): Promise<Record<string, unknown>> {
  const { stdout, stderr, exitCode } = await larder(root, args);
  expect(`${exitCode} ${stderr}`).toBe('0 ');
  return JSON.parse(stdout) as Record<string, unknown>;
}

test('every run is recorded, with its command, commit, hashes and outcomes', async () => {
  const root = layeredWorkspace();
  const first = await larderEvents(root, buildAll);
  await larder(root, [...buildAll, '--record', '--profile=trace.json']);
  const { runs } = (await readJson(root, ['stats', '--runs', '--json'])) as {
    runs: readonly Record<string, unknown>[];
  };
  expect(runs.length).toBe(2);
  expect(runs[1]).toMatchObject({
    command: 'larder run-many -t build',
    exitCode: 0,
    git: { head: git(root, 'rev-parse', 'HEAD').trim(), branch: 'main', dirty: false },
    totals: { executed: 3, upToDate: 0 },
  });
  const tasks = runs[1]?.['tasks'] as readonly { readonly id: string; readonly hash: string }[];
  expect(Object.fromEntries(tasks.map(({ id, hash }) => [id, hash]))).toEqual(first.hashes);
  expect(JSON.parse(readFileSync(join(root, 'larder.run.json'), 'utf8'))).toEqual(runs[0]);
  const trace = JSON.parse(readFileSync(join(root, 'trace.json'), 'utf8')) as { traceEvents: { name: string }[] };
  const names = new Set(trace.traceEvents.map(({ name }) => name));
  for (const name of ['start-up', 'read', 'run', 'core:build', 'hash', 'lookup']) expect(names).toContain(name);
});

test('a run says whether tracked files were changed, whoever finds that out', async () => {
  const root = layeredWorkspace({ 'packages/core/src.txt': 'abc' });
  const dirtyAfter = async (edit: () => void): Promise<unknown> => {
    edit();
    await larder(root, buildAll);
    const { runs } = (await readJson(root, ['stats', '--runs', '--json'])) as { runs: readonly { git: object }[] };
    return runs[0]?.git;
  };
  const source = join(root, 'packages/core/src.txt');
  expect(await dirtyAfter(() => {})).toMatchObject({ dirty: false });
  expect(await dirtyAfter(() => writeFileSync(source, 'abcd'))).toMatchObject({ dirty: true });
  expect(await dirtyAfter(() => writeFileSync(source, 'ABC'))).toMatchObject({ dirty: true });
  expect(await dirtyAfter(() => git(root, 'commit', '--quiet', '--all', '-m', 'edit'))).toMatchObject({ dirty: null });
  expect(await dirtyAfter(() => writeFileSync(join(root, 'packages/core/other.txt'), ''))).toMatchObject({
    dirty: false,
  });
});

test('stats show hit rates and tasks, for people and for scripts', async () => {
  const root = layeredWorkspace();
  expect((await larder(root, ['stats'])).stdout).toBe('No runs are recorded yet.\n');
  await larder(root, buildAll);
  await larder(root, buildAll);
  expect(await readJson(root, ['stats', '--json'])).toMatchObject({
    v: 1,
    runs: 2,
    total: { cacheable: 6, localHits: 3, remoteHits: 0 },
  });
  expect((await larder(root, ['stats', '--since', '1d'])).stdout).toMatch(/hit rate +50% of 6 \(3 local, 0 remote\)/);
});

test('a task that ends differently with the same inputs is flaky', async () => {
  const script = 'test -e ../../pass.log || { touch ../../pass.log; exit 1; }';
  const root = layeredWorkspace({
    'packages/core/package.json': { name: 'core', version: '1.0.0', scripts: { build: script } },
  });
  await larder(root, ['core:build']);
  await larder(root, ['core:build']);
  expect(await readJson(root, ['stats', '--json'])).toMatchObject({
    flaky: [{ task: 'core:build', passed: 1, failed: 1 }],
  });
});

test('runs that end at the same time are all recorded, and a killed one does no harm', async () => {
  const root = layeredWorkspace();
  await larder(root, buildAll);
  await Promise.all([1, 2, 3].map(() => larder(root, buildAll)));
  const killed = startTool('larder', root, [...buildAll, '--skip-cache', '--output-style', 'ndjson'], {});
  killed.stdout?.once('data', () => killed.kill('SIGKILL'));
  await finish(killed);
  await larder(root, buildAll);
  const { runs } = await readJson(root, ['stats', '--json']);
  expect([5, 6]).toContain(runs);
});

test('budgets: an exceeded one fails, names the offender, and a broken file is explained', async () => {
  const root = layeredWorkspace();
  await larder(root, buildAll);
  const budgets = (value: unknown): void => writeFileSync(join(root, 'larder.budgets.json'), JSON.stringify(value));
  const limit = { tasks: '*:build', outputSize: '1KB', outputGzip: '1KB', duration: '10m' };
  const missing = await larder(root, ['stats', 'check']);
  expect([missing.exitCode, missing.stderr]).toEqual([
    2,
    expect.stringContaining('larder.budgets.json cannot be read'),
  ]);
  budgets({ budgets: [limit] });
  expect(await larder(root, ['stats', 'check'])).toMatchObject({ exitCode: 0, stdout: '0 of 9 budgets exceeded\n' });
  writeFiles(root, { 'packages/ui/dist/large.txt': 'x'.repeat(5000) });
  const over = await larder(root, ['stats', 'check']);
  expect(over.exitCode).toBe(1);
  expect(over.stdout).toMatch(/✖ +ui:build +outputSize +5\.0 kB +1\.0 kB/);
  expect(over.stdout).toContain('1 of 9 budgets exceeded');
  budgets({ budgets: [{ ...limit, duration: 'soon' }] });
  const broken = await larder(root, ['stats', 'check']);
  expect(broken.exitCode).toBe(2);
  expect(broken.stderr).toContain('larder.budgets.json');
  expect(broken.stderr).toContain('"500ms", "30s" or "2m"');
});

test('comparing and analysing say which runs there are when none fits', async () => {
  const root = layeredWorkspace();
  await larder(root, buildAll);
  const unknown = await larder(root, ['stats', 'compare', 'main', 'nowhere']);
  expect(unknown.exitCode).toBe(2);
  expect(unknown.stderr).toContain('No recorded run fits "nowhere"');
  expect((await larder(root, ['stats', 'compare', 'main', 'last'])).stdout).toContain('Mann-Whitney U');
  expect((await larder(root, ['analyze', 'nowhere'])).exitCode).toBe(2);
});

/** Tasks that wait rather than compute, so that slots and not cores are what is short. */
function sleepyWorkspace(): string {
  const seconds = [0.2, 0.1, 0.3, 0.15, 0.25, 0.1, 0.2, 0.35, 0.1, 0.15, 0.2, 0.1];
  const files: FileTree[] = seconds.map((time, index) => ({
    [`packages/p${index}/package.json`]: {
      name: `p${index}`,
      version: '1.0.0',
      scripts: { build: `sleep ${time}` },
      dependencies: index < 3 ? {} : { [`p${Math.floor(index / 3)}`]: '1.0.0' },
    },
  }));
  return makeWorkspace({
    'package.json': { name: 'acme', private: true, workspaces: ['packages/*'] },
    'nx.json': { targetDefaults: { build: { dependsOn: ['^build'], cache: true } } },
    ...Object.assign({}, ...files),
  });
}

// The errors were below 7 % when this was written; other work on the machine moves both sides.
test('the analysis predicts other numbers of slots within 30 % of what real runs take', { retry: 2 }, async () => {
  const root = sleepyWorkspace();
  for (const slots of ['1', '2', '6', '3']) await larder(root, [...buildAll, '--skip-cache', `--parallel=${slots}`]);
  const { validation } = (await readJson(root, ['analyze', '--json'])) as {
    validation: readonly { readonly slots: number; readonly error: number }[];
  };
  expect(validation.map(({ slots }) => slots)).toEqual([6, 2, 1]);
  expect(validation.filter(({ error }) => Math.abs(error) > 0.3)).toEqual([]);
  expect((await larder(root, ['analyze'])).stdout).toMatch(/Saves most: .+\.\n$/);
});

test('a history that is damaged costs the history, not the run', async () => {
  const root = layeredWorkspace();
  await larder(root, buildAll);
  writeFileSync(join(root, '.larder', 'history.sqlite'), 'x'.repeat(10_000));
  expect((await larder(root, buildAll)).exitCode).toBe(0);
  expect(await readJson(root, ['stats', '--json'])).toMatchObject({ runs: 1 });
  expect(existsSync(join(root, '.larder', 'history.sqlite.damaged'))).toBe(true);
});
