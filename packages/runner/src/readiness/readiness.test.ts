import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ReadyCheck } from '@larder/core';
import { drawTaskGraph } from '@larder/core/fixtures';
import type { TaskOverrides } from '@larder/core/fixtures';
import { expect, test } from 'vitest';
import { builtinExecutors } from '../executors/builtin-executors.ts';
import { RunFixture } from '../fakes/run-fixture.ts';
import { createSpawnProcess } from '../process/spawn-process.ts';

const repository = join(import.meta.dirname, '../../../..');

const ports = {
  executors: builtinExecutors,
  spawn: createSpawnProcess({ stopGraceMs: 200, outputDrainMs: 200, guard: null }),
  workspaceRootAbsolute: tmpdir(),
  envFor: () => ({ PATH: process.env.PATH ?? '', SAID: 'up' }),
};

interface ServerOptions {
  readonly line?: string;
  readonly timeoutMs?: number;
  readonly waitsForReady?: boolean;
  /** What `web:e2e` runs. */
  readonly waiter?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** A server `web:serve`, and `web:e2e` that waits for it. */
function serve(check: ReadyCheck, server: ServerOptions = {}): RunFixture {
  const { line = 'exec sleep 60', timeoutMs = 20_000, waitsForReady = true, waiter, env } = server;
  const readyWhen = { check, timeoutMs, intervalMs: 5 };
  const overrides: Readonly<Record<string, TaskOverrides>> = {
    'web:serve': {
      definition: { executor: 'nx:run-commands', readyWhen },
      requested: false,
      options: { command: line, env: { TOLD: 'listening' }, flag: 'true', forwardAllArgs: false },
      continuous: true,
    },
    'web:e2e': {
      definition: { executor: waiter === undefined ? 'nx:noop' : 'nx:run-commands' },
      options: { command: waiter ?? '' },
      requested: true,
      cache: false,
    },
  };
  const tasks = { 'web:e2e': ['web:serve'] };
  const taskGraph = drawTaskGraph(`web:e2e ${waitsForReady ? '=>' : '->'} web:serve`, overrides);
  const given = env === undefined ? ports : { ...ports, envFor: () => env };
  return new RunFixture({ tasks, overrides, ports: given, request: { taskGraph } });
}

const inOrder = ['task-started web:serve', 'task-ready web:serve', 'task-started web:e2e'];

test.each<[ReadyCheck, string]>([
  [
    { kind: 'logMatches', texts: ['{env.SAID}', '{env.TOLD}'] },
    `printf 'listen'; sleep 0.05; echo ing; echo up; exec sleep 60`,
  ],
  [{ kind: 'command', command: 'test "$TOLD" = listening' }, 'exec sleep 60'],
  [{ kind: 'command', command: 'test {options.missing ?? 7} = 7' }, 'exec sleep 60'],
  [{ kind: 'port', port: 'auto', host: null }, 'exec sleep 60'],
])('%j makes a continuous task ready', async (check, line) => {
  const fixture = serve(check, { line });
  await expect(fixture.runInRealTime()).resolves.toMatchObject({ exitCode: 0 });
  expect(fixture.sequence('task-started', 'task-ready')).toEqual(inOrder);
});

const emit = (url: string): string =>
  `node -e "require('nx/src/tasks-runner/readiness/ready-signal').emitReadySignal(${url})"`;

test("Nx's own signal makes a continuous task ready, and who waits for it learns its address", async () => {
  const line = `${emit("'http://localhost:4321/'")}; exec sleep 60`;
  const env = { PATH: process.env.PATH ?? '', NODE_PATH: join(repository, 'node_modules'), NX_READY_URL: 'outer' };
  const fixture = serve({ kind: 'signal' }, { line, env, waiter: `test "$NX_READY_URL" = http://localhost:4321/` });
  await expect(fixture.runInRealTime()).resolves.toMatchObject({ exitCode: 0 });
  expect(fixture.sequence('task-started', 'task-ready')).toEqual(inOrder);
});

test('a signal without an address tells none, not even that of a run around this one', async () => {
  const env = { PATH: process.env.PATH ?? '', NODE_PATH: join(repository, 'node_modules'), NX_READY_URL: 'outer' };
  const fixture = serve(
    { kind: 'signal' },
    { line: `${emit('')}; exec sleep 60`, env, waiter: 'test -z "$NX_READY_URL"' },
  );
  await expect(fixture.runInRealTime()).resolves.toMatchObject({ exitCode: 0 });
});

test('a port and an address count when something answers there, a redirection included', async () => {
  const server = createServer((_, response) => response.writeHead(302, { location: '/login' }).end());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  for (const check of [
    { kind: 'port', port: String(port), host: null },
    { kind: 'url', url: `http://localhost:${port}/` },
  ] satisfies ReadyCheck[]) {
    const fixture = serve(check);
    await expect(fixture.runInRealTime()).resolves.toMatchObject({ exitCode: 0 });
    expect(fixture.sequence('task-started', 'task-ready')).toEqual(inOrder);
  }
  server.close();
});

test.each<[ReadyCheck, string]>([
  [{ kind: 'logMatches', texts: ['never'] }, 'logMatches "never"'],
  [{ kind: 'signal' }, 'signal'],
  [{ kind: 'port', port: '1', host: '127.0.0.1' }, 'port 127.0.0.1:1'],
  [{ kind: 'url', url: 'http://127.0.0.1:1/' }, 'url http://127.0.0.1:1/'],
  [{ kind: 'command', command: 'exit 3' }, 'command "exit 3"'],
  [{ kind: 'command', command: 'sleep 60' }, 'command "sleep 60"'],
])('a task that is not ready in time by %j fails, and what waits for it is skipped', async (check, words) => {
  const fixture = serve(check, { timeoutMs: 30 });
  await expect(fixture.runInRealTime()).resolves.toMatchObject({ exitCode: 1 });
  expect(fixture.outcomes()).toEqual({ 'web:serve': 'failed', 'web:e2e': 'skipped' });
  const detail = `was not ready within 30 ms (readyWhen: ${words})`;
  expect(fixture.of('task-settled')[0]?.outcome).toMatchObject({ kind: 'failed', exitCode: 1, detail });
});

test.each<[ReadyCheck, string]>([
  [{ kind: 'port', port: '{options.port}', host: null }, '{options.port} has no value'],
  [{ kind: 'port', port: '{options.flag}', host: null }, '"true" is not a port'],
  [{ kind: 'url', url: 'localhost:80' }, '"localhost:80" is not an http or https address'],
])('%j cannot be checked, which fails the task before it starts', async (check, words) => {
  const fixture = serve(check);
  await fixture.runInRealTime();
  expect(fixture.outcomes()).toEqual({ 'web:serve': 'failed', 'web:e2e': 'skipped' });
  const detail = `its "readyWhen" cannot be checked: ${words}`;
  expect(fixture.of('task-settled')[0]?.outcome).toMatchObject({ detail });
});

test('nothing is checked where nobody waits for it', async () => {
  const fixture = serve({ kind: 'port', port: '{options.port}', host: null }, { waitsForReady: false });
  await expect(fixture.runInRealTime()).resolves.toMatchObject({ exitCode: 0 });
});

test('a task that ends before it is ready takes those that wait with it', async () => {
  const fixture = serve({ kind: 'logMatches', texts: ['never'] }, { line: 'exit 4' });
  await fixture.runInRealTime();
  expect(fixture.outcomes()).toEqual({ 'web:serve': 'failed', 'web:e2e': 'skipped' });
  expect(fixture.of('task-settled')[0]?.outcome).toMatchObject({ exitCode: 4 });
});
