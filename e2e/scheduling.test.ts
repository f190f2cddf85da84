import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeWorkspace } from './support/make-workspace.ts';
import { larder, larderEvents } from './support/run-larder.ts';

/** A workspace whose projects have one script, `test`. */
function workspaceOf(scripts: Readonly<Record<string, string>>, config: object): string {
  const packages = Object.entries(scripts).map(([name, script]): [string, object] => [
    `packages/${name}/package.json`,
    { name, version: '1.0.0', scripts: { test: script } },
  ]);
  return makeWorkspace({
    'package.json': { name: 'root', private: true, workspaces: ['packages/*'] },
    'larder.json': config,
    '.gitignore': 'node_modules\n.larder\n*.log\n',
    ...Object.fromEntries(packages),
  });
}

const passSecondTime = 'echo trying; test -e ../../seen.log || { touch ../../seen.log; exit 3; }';

test('a task that passes when it is tried again is flaky in the output, the records and the statistics', async () => {
  const root = workspaceOf({ web: passSecondTime }, { targetDefaults: { test: { retries: 1 } } });
  const { stdout, exitCode } = await larder(root, ['web:test', '--output-style', 'static-failures', '--record']);
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(
    /web:test {2}executed in .*, flaky: passed at attempt 2\ntrying\nattempt 1 ended with exit code 3/,
  );
  expect(stdout).toMatch(/flaky +web:test/);
  const record = JSON.parse(readFileSync(join(root, 'larder.run.json'), 'utf8')) as { tasks: readonly object[] };
  expect(record.tasks).toMatchObject([{ outcome: { kind: 'executed', attempts: 2 } }]);
  const stats = JSON.parse((await larder(root, ['stats', '--json'])).stdout) as object;
  expect(stats).toMatchObject({ flaky: [{ task: 'web:test', passed: 1, failed: 0, retried: 1 }] });
});

test('--retries is for every task of the run, and a task that always fails is tried again three runs long', async () => {
  const root = workspaceOf({ web: 'exit 1' }, {});
  const runs: string[] = [];
  for (let run = 0; run < 4; run++) runs.push((await larder(root, ['web:test', '--retries=1'])).stdout);
  expect(runs.map((stdout) => stdout.includes('and 2 attempts'))).toEqual([true, true, true, false]);
  expect(runs[3]).toContain('not tried again: its last 3 executions all failed');
});

const noteTimes = 'echo start $PWD >> ../../order.log; sleep 0.1; echo end $PWD >> ../../order.log';

test('tasks with the same mutex run one after the other, however many slots there are', async () => {
  const root = workspaceOf(
    { a: noteTimes, b: noteTimes, c: noteTimes },
    { targetDefaults: { test: { mutex: 'database' } } },
  );
  expect((await larder(root, ['run-many', '-t', 'test', '--parallel=3'])).exitCode).toBe(0);
  const words = readFileSync(join(root, 'order.log'), 'utf8').trim().split('\n');
  expect(words.map((line) => line.split(' ')[0])).toEqual(['start', 'end', 'start', 'end', 'start', 'end']);
});

test('the analysis of a run knows what its tasks took beside a slot', async () => {
  const shared = { mutex: 'database', weight: 2, resources: { gpu: 1 } };
  const root = workspaceOf(
    { a: 'sleep 0.3', b: 'sleep 0.3' },
    { resources: { gpu: 4 }, targetDefaults: { test: shared } },
  );
  expect((await larder(root, ['run-many', '-t', 'test', '--parallel=4', '--record'])).exitCode).toBe(0);
  const record = JSON.parse(readFileSync(join(root, 'larder.run.json'), 'utf8')) as { tasks: readonly object[] };
  const shares = [
    { name: 'mutex database', amount: 1, of: 1 },
    { name: 'resource gpu', amount: 1, of: 4 },
  ];
  const takes = { weight: 2, alone: false, shares };
  expect(record.tasks).toMatchObject([{ takes }, { takes }]);
  const { stdout } = await larder(root, ['analyze', '--json']);
  const { simulatedMs } = JSON.parse(stdout) as { readonly simulatedMs: number };
  expect(simulatedMs).toBeGreaterThan(600);
});

test('a resource that the workspace does not have is a mistake, with a near name', async () => {
  const root = workspaceOf(
    { web: 'true' },
    { resources: { gpu: 1 }, targetDefaults: { test: { resources: { gpus: 1 } } } },
  );
  const { stderr, exitCode } = await larder(root, ['web:test']);
  expect(exitCode).toBe(2);
  expect(stderr).toContain('did you mean "gpu"?');
  writeFileSync(join(root, 'larder.json'), '{ "resources": { "gpu": 0 } }');
  expect((await larder(root, ['web:test'])).stderr).toContain('at least 1');
});

test('with --parallel auto everything runs, and what it took is recorded', async () => {
  const work = `node -e "const until = 50000; while (process.cpuUsage().user < until) Math.random()"`;
  const root = workspaceOf({ a: work, b: work, c: work, d: 'true' }, {});
  const { outcomes } = await larderEvents(root, ['run-many', '-t', 'test', '--parallel', 'auto']);
  expect(Object.values(outcomes)).toEqual(['executed', 'executed', 'executed', 'executed']);
  if (process.platform !== 'linux') return;
  // Alone, because of processes that end at the same moment one may be gone before it is looked at.
  const { events } = await larderEvents(root, ['a:test']);
  const settled = events.find((event) => event['type'] === 'task-settled' && event['task'] === 'a:test');
  expect(settled?.['cpuMs']).toBeGreaterThanOrEqual(50);
});
