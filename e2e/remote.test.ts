import { createServer, type RequestListener } from 'node:http';
import { once } from 'node:events';
import { readFileSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { layeredWorkspace, writeFiles } from './support/make-workspace.ts';
import { executedBuilds, larder, larderEvents } from './support/run-larder.ts';
import { startTestServer } from './support/start-server.ts';

const buildAll = ['run-many', '-t', 'build'];

function forgetLocally(root: string): void {
  rmSync(join(root, '.larder'), { recursive: true, force: true });
  for (const name of ['core', 'ui', 'app'])
    rmSync(join(root, `packages/${name}/dist`), { recursive: true, force: true });
}

test('after the local cache is gone everything comes from the remote, byte for byte', async () => {
  const root = layeredWorkspace();
  const server = await startTestServer();
  const env = { LARDER_REMOTE_URL: server.url, LARDER_REMOTE_TOKEN: await server.token('main', 'write') };
  await larderEvents(root, buildAll, { env });
  forgetLocally(root);
  const warm = await larderEvents(root, buildAll, { env });
  expect(warm.outcomes).toEqual({
    'core:build': 'restored:remote',
    'ui:build': 'restored:remote',
    'app:build': 'restored:remote',
  });
  expect(warm.finished).toMatchObject({ cacheTroubles: 0, tasks: { restoredRemote: 3 } });
  expect(readFileSync(join(root, 'packages/app/dist/index.txt'), 'utf8')).toBe('app v1\n');
  expect(executedBuilds(root)).toEqual(['core', 'ui', 'app']);
});

test('--skip-remote-cache does not ask it', async () => {
  const root = layeredWorkspace();
  const server = await startTestServer();
  const env = { LARDER_REMOTE_URL: server.url, LARDER_REMOTE_TOKEN: await server.token('main', 'write') };
  await larderEvents(root, buildAll, { env });
  forgetLocally(root);
  const run = await larderEvents(root, [...buildAll, '--skip-remote-cache'], { env });
  expect(run.outcomes).toMatchObject({ 'core:build': 'executed' });
});

test('a server that was killed costs nothing but a line in the summary', async () => {
  const root = layeredWorkspace();
  const server = await startTestServer();
  const env = { LARDER_REMOTE_URL: server.url, LARDER_REMOTE_TOKEN: await server.token('main', 'write') };
  await server.stop('SIGKILL');
  const run = await larderEvents(root, buildAll, { env });
  expect(run.exitCode).toBe(0);
  expect(run.outcomes).toMatchObject({ 'app:build': 'executed' });
  expect(run.finished['cacheTroubles']).toBeGreaterThan(0);
  const shown = await larder(root, [...buildAll, '--output-style', 'static', '--skip-cache'], { env });
  expect(shown.exitCode).toBe(0);
});

test('a token that may only read stores nothing, and the summary says so once', async () => {
  const root = layeredWorkspace();
  const server = await startTestServer();
  const env = { LARDER_REMOTE_URL: server.url, LARDER_REMOTE_TOKEN: await server.token('main', 'read') };
  const run = await larder(root, [...buildAll, '--output-style', 'static'], { env });
  expect(run.exitCode).toBe(0);
  expect(
    run.stdout.match(/remote-forbidden/g)?.length ?? run.stdout.match(/may not write|not allowed|forbidden/gi)?.length,
  ).toBe(1);
});

test('a token never reaches a task', async () => {
  const root = layeredWorkspace({
    'packages/core/package.json': {
      name: 'core',
      version: '1.0.0',
      scripts: { build: 'env' },
    },
  });
  const server = await startTestServer();
  const token = await server.token('main', 'write');
  const run = await larder(root, ['core:build', '--output-style', 'stream'], {
    env: { LARDER_REMOTE_URL: server.url, LARDER_REMOTE_TOKEN: token, MARKER: 'seen' },
  });
  expect(run.stdout).toContain('MARKER=seen');
  expect(run.stdout + run.stderr).not.toContain(token);
});

/** Servers that are not what they seem; none of them may fail a run, end it late or touch the tree. */
const badServers: Readonly<Record<string, RequestListener>> = {
  'answers 500': (_request, response) => response.writeHead(500).end('no'),
  'answers 401': (_request, response) => response.writeHead(401).end('who?'),
  'answers garbage with 200': (_request, response) => response.writeHead(200).end('garbage'),
  redirects: (_request, response) => response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end(),
  'drops every connection': (request) => request.socket.destroy(),
  'promises more than it sends': (request, response) => {
    response.writeHead(200, { 'content-length': '1000000' });
    response.write('x', () => request.socket.destroy());
  },
  'never answers': () => {},
};

for (const [name, listener] of Object.entries(badServers)) {
  test(`a server that ${name} does not fail the run`, async () => {
    const root = layeredWorkspace();
    const server = createServer(listener).listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
    });
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    writeFiles(root, { 'larder.json': { remote: { url, timeoutMs: 500 }, targetDefaults: targetDefaults } });
    const run = await larderEvents(root, buildAll);
    expect(run.exitCode).toBe(0);
    expect(run.outcomes).toEqual({ 'core:build': 'executed', 'ui:build': 'executed', 'app:build': 'executed' });
    expect(run.finished['cacheTroubles']).toBeGreaterThan(0);
    expect(readFileSync(join(root, 'packages/app/dist/index.txt'), 'utf8')).toBe('app v1\n');
  });
}

const targetDefaults = { build: { dependsOn: ['^build'], outputs: ['{projectRoot}/dist'], cache: true } };
