import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { readNxMajor } from './support/nx-under-test.ts';
import { startTestServer } from './support/start-server.ts';
import {
  freshNxCache,
  linkedNxWorkspace,
  nx,
  nxJson,
  readDaemons,
  readOutputs,
  removeOutputs,
  runWithout,
  startRemote,
  twoOnItsOwn,
} from './support/nx-plugin-workspace.ts';

const build = ['run-many', '-t', 'build'];
const executed = { 'one:build': 'executed', 'two:build': 'executed' };
const fromCache = { 'one:build': 'remote cache', 'two:build': 'remote cache' };

test('what was built once comes back after nx has lost its cache, with the same outputs', async () => {
  const root = linkedNxWorkspace();
  const cold = await nx(root, build, freshNxCache());
  expect(cold).toMatchObject({ exitCode: 0, hits: executed, stderr: '' });
  const outputs = readOutputs(root);
  removeOutputs(root);
  const warm = await nx(root, build, freshNxCache());
  expect(warm).toMatchObject({ exitCode: 0, hits: fromCache });
  expect(readOutputs(root)).toEqual(outputs);
  expect(warm.stdout).toMatch(/Larder {2}2 of 2 tasks were hits \(100 %\): 0 local, 2 remote, about .* saved/);
});

// Nx 20 does not name its runs: they share a token.
test.skipIf(readNxMajor() === 20)(
  'runs after one another use one daemon, and none can use another’s token',
  async () => {
    const root = linkedNxWorkspace({
      'packages/one/package.json': {
        name: 'one',
        version: '1.0.0',
        scripts: {
          build: 'mkdir -p dist && echo "$NX_SELF_HOSTED_REMOTE_CACHE_ACCESS_TOKEN" > ../../token-$RANDOM_NAME',
        },
      },
    });
    await nx(root, ['build', 'one', '--skip-nx-cache'], { ...freshNxCache(), RANDOM_NAME: 'a' });
    const [first] = readDaemons(root);
    await nx(root, ['build', 'one', '--skip-nx-cache'], { ...freshNxCache(), RANDOM_NAME: 'b' });
    expect(readDaemons(root).map(({ record }) => record.pid)).toEqual([first!.record.pid]);
    const tokens = ['a', 'b'].map((name) => readFileSync(join(root, `token-${name}`), 'utf8').trim());
    expect(new Set([...tokens, first!.record.token]).size).toBe(3);
    const url = `http://127.0.0.1:${first!.record.port}/v1/cache/7`;
    for (const token of [...tokens, first!.record.token]) {
      const put = await fetch(url, { method: 'PUT', body: 'x', headers: { authorization: `Bearer ${token}` } });
      expect(put.status).toBe(403);
    }
  },
);

test('the daemon listens on loopback, and only its user can read how to reach it', async () => {
  const root = linkedNxWorkspace();
  await nx(root, build, freshNxCache());
  const [daemon] = readDaemons(root);
  expect(statSync(daemon!.file).mode & 0o777).toBe(0o600);
  expect(statSync(dirname(daemon!.file)).mode & 0o777).toBe(0o700);
  const url = `http://127.0.0.1:${daemon!.record.port}/v1/cache/1`;
  expect((await fetch(url, { headers: { authorization: 'Bearer wrong' } })).status).toBe(404);
  expect((await fetch(url, { method: 'PUT', body: 'x' })).status).toBe(403);
});

test('another checkout gets what this one uploaded, and a reader uploads nothing', async () => {
  const server = await startTestServer();
  const as = async (access: 'read' | 'write') => ({
    LARDER_REMOTE_URL: server.url,
    LARDER_REMOTE_TOKEN: await server.token('main', access),
    LARDER_REMOTE_MODE: 'read-write',
    CI: 'true',
  });
  const [reader, writer] = [await as('read'), await as('write')];
  const fresh = () => linkedNxWorkspace();
  const read = await nx(fresh(), build, { ...freshNxCache(), ...reader });
  expect(read).toMatchObject({ exitCode: 0, hits: executed });
  expect(read.stdout).toMatch(/cache trouble: upload: the server answered 403/);
  const written = await nx(fresh(), build, { ...freshNxCache(), ...writer });
  expect(written).toMatchObject({ exitCode: 0, hits: executed });
  const shared = await nx(fresh(), build, { ...freshNxCache(), ...reader });
  expect(shared).toMatchObject({ exitCode: 0, hits: fromCache });
  expect(shared.stdout).toContain('2 remote (2 downloaded)');
});

test.each<[string, (url: (listener: Parameters<typeof startRemote>[0]) => Promise<string>) => Promise<string>]>([
  ['is down', async () => 'http://127.0.0.1:9'],
  ['hangs', (start) => start(() => {})],
  [
    'answers 500',
    (start) => start((request, response) => void request.resume().on('end', () => response.writeHead(500).end('no'))),
  ],
  [
    'answers garbage',
    (start) => start((request, response) => void request.resume().on('end', () => response.end('<html>'))),
  ],
  [
    'breaks off',
    (start) =>
      start((_request, response) => {
        response.writeHead(200, { 'content-length': '1000' }).write('x');
        setTimeout(() => response.destroy(), 10);
      }),
  ],
])('where the remote server %s, nx runs as it would without', async (_what, start) => {
  const remote = { url: await start(startRemote), timeoutMs: 1000 };
  const root = linkedNxWorkspace({ 'nx.json': { ...nxJson, larder: { remote } } });
  const env = { LARDER_REMOTE_TOKEN: 't' };
  const run = await nx(root, build, { ...freshNxCache(), ...env });
  expect(run).toMatchObject({ exitCode: 0, hits: executed });
  expect({ exitCode: run.exitCode, outputs: readOutputs(root) }).toEqual(await runWithout(build));
});

test('a daemon that is killed between two tasks is replaced at the same address, and the run goes on', async () => {
  const root = linkedNxWorkspace({
    'packages/one/package.json': {
      name: 'one',
      version: '1.0.0',
      scripts: { build: 'node ../../kill.cjs && mkdir -p dist && cp -R src/. dist' },
    },
    'kill.cjs': `
      const { readdirSync, readFileSync } = require('node:fs');
      const state = __dirname + '/.larder/state/daemon/';
      for (const user of readdirSync(state)) for (const file of readdirSync(state + user)) {
        if (file.endsWith('.json')) process.kill(JSON.parse(readFileSync(state + user + '/' + file)).pid, 'SIGKILL');
      }`,
  });
  const run = await nx(root, build, freshNxCache());
  expect(run).toMatchObject({ exitCode: 0, hits: executed });
  removeOutputs(root);
  expect(await nx(root, build, freshNxCache())).toMatchObject({ exitCode: 0, hits: fromCache });
});

test('a record that leads to nobody, or to somebody else, is replaced', async () => {
  const root = linkedNxWorkspace();
  await nx(root, build, freshNxCache());
  const [daemon] = readDaemons(root);
  const asked: string[] = [];
  const url = await startRemote((request, response) => {
    asked.push(JSON.stringify(request.headers));
    response.end('{"pid":1,"version":"0.1.0"}');
  });
  writeFileSync(daemon!.file, JSON.stringify({ ...daemon!.record, port: Number(new URL(url).port) }));
  const run = await nx(root, build, freshNxCache());
  expect(run.exitCode).toBe(0);
  expect(readDaemons(root)[0]!.record.port).not.toBe(Number(new URL(url).port));
  expect(asked.length).toBeGreaterThan(0);
  expect(asked.join()).not.toContain(daemon!.record.token);
});

test('two runs at once start one daemon', async () => {
  const root = linkedNxWorkspace(twoOnItsOwn);
  const runs = await Promise.all([
    nx(root, ['build', 'one'], freshNxCache()),
    nx(root, ['build', 'two'], freshNxCache()),
  ]);
  expect(runs.map(({ exitCode }) => exitCode)).toEqual([0, 0]);
  expect(readDaemons(root)).toHaveLength(1);
});

test('a task that fails makes nx exit as it would without', async () => {
  const failing = { name: 'one', version: '1.0.0', scripts: { build: 'exit 3' } };
  const files = { 'packages/one/package.json': failing };
  const { exitCode, stdout } = await nx(linkedNxWorkspace(files), build, freshNxCache());
  // Some majors answer 130 where a task was skipped.
  expect(exitCode).toBe((await runWithout(build, files)).exitCode);
  expect(stdout).toMatch(/Larder {2}0 of \d tasks were hits/);
});

test('without the plugin’s cache, or with options that nobody knows, nx runs all the same', async () => {
  const plugin = { plugin: '@larder/nx', options: { cache: false, sumary: true } };
  const root = linkedNxWorkspace({ 'nx.json': { ...nxJson, plugins: [plugin] } });
  const run = await nx(root, build, freshNxCache());
  expect(run).toMatchObject({ exitCode: 0, hits: executed });
  expect(run.stderr).toContain('"sumary" is not known; these are: cache, summary, targets');
  expect(readDaemons(root)).toHaveLength(0);
});

test('a state folder that cannot be used is told once, and nx runs as it would without', async () => {
  const root = linkedNxWorkspace({ '.larder': 'a file where a folder should be\n' });
  const run = await nx(root, build, freshNxCache());
  expect(run).toMatchObject({ exitCode: 0, hits: executed });
  expect(run.stderr.match(/takes no part in this run/g)).toHaveLength(1);
});
