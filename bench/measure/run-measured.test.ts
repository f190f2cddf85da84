import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { expect, test } from 'vitest';
import { runMeasured, type MeasuredRun } from './run-measured.ts';

function runNode(
  script: string,
  { deadlineMs = 20_000, signal = new AbortController().signal } = {},
): Promise<MeasuredRun> {
  const invocation = { command: process.execPath, args: ['-e', script], env: { GREETING: 'hello' } };
  return runMeasured(invocation, { cwd: tmpdir(), env: process.env, deadlineMs, signal });
}

test('a run reports its exit code and what it wrote to both streams', async () => {
  const run = await runNode('console.log(process.env.GREETING); console.error("there"); process.exitCode = 3');
  expect(run.exitCode).toBe(3);
  expect(run.output).toContain('hello\n');
  expect(run.output).toContain('there\n');
});

const canMeasure = process.platform === 'linux' && spawnSync('perl', ['-e', '1']).status === 0;

test.runIf(canMeasure)('the CPU time and memory of a child of the command count', async () => {
  const busy =
    'const b = Buffer.alloc(2e8, 1); for (const end = process.cpuUsage().user + 2e5; process.cpuUsage().user < end;);';
  const run = await runNode(`require("child_process").execFileSync(process.execPath, ["-e", ${JSON.stringify(busy)}])`);
  expect(run.exitCode).toBe(0);
  expect(run.cpuMs).toBeGreaterThan(200);
  expect(run.peakMb).toBeGreaterThan(190);
});

test('a run that does not end is ended with all that it started, and has no exit code', async () => {
  const run = await runNode('require("child_process").spawnSync("sleep", ["60"])', { deadlineMs: 300 });
  expect(run.exitCode).toBeNull();
});

test('an interrupted run is ended, and rejects', async () => {
  const interrupted = runNode('setTimeout(() => {}, 60_000)', { signal: AbortSignal.timeout(200) });
  await expect(interrupted).rejects.toThrow('timeout');
});

test('without Perl the exit code and the wall time are known, and nothing else', async () => {
  const invocation = { command: process.execPath, args: ['-e', 'process.exitCode = 3'], env: { PATH: '/nowhere' } };
  const { signal } = new AbortController();
  const run = await runMeasured(invocation, { cwd: tmpdir(), env: {}, deadlineMs: 20_000, signal });
  expect(run).toMatchObject({ exitCode: 3, cpuMs: Number.NaN, peakMb: Number.NaN });
  expect(run.wallMs).toBeGreaterThan(1);
});
