import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import {
  freshNxCache,
  linkedNxWorkspace,
  nx,
  nxJson,
  readOutputs,
  runWithout,
  startRemote,
} from './support/nx-plugin-workspace.ts';
import type { FileTree } from './support/make-workspace.ts';
import { larder } from './support/run-larder.ts';
import { startTestServer } from './support/start-server.ts';

const build = ['run-many', '-t', 'build'];
const length = 6;
const names = Array.from({ length }, (_, index) => `link${index}`);
const ids = names.map((name) => `${name}:build`);
const ended = (how: string) => Object.fromEntries(ids.map((id) => [id, how]));
/** Nobody waits so long for those that do not come. */
const patienceMs = 4_000;

/** Projects each of which needs the one before; in the place of the two that workspaces have otherwise. */
function chain(): FileTree {
  const files = names.flatMap((name, index) => [
    [`packages/${name}/src/first.txt`, `${name}\n`] as const,
    [
      `packages/${name}/package.json`,
      {
        name,
        version: '1.0.0',
        scripts: { build: 'mkdir -p dist && cp -R src/. dist && echo built' },
        dependencies: index === 0 ? {} : { [names[index - 1]!]: '1.0.0' },
      },
    ] as const,
  ]);
  return {
    ...Object.fromEntries(files),
    'package.json': { name: 'acme', private: true, workspaces: ['packages/link*'] },
  };
}

/** A way to the server on which lookups after the first wait for each other: `together` of them must be there at once. */
async function startSlowWay(url: string, together: number) {
  const asked: string[] = [];
  const waiting = new Set<() => void>();
  let most = 0;
  const meet = async (): Promise<void> => {
    const { promise, resolve } = Promise.withResolvers<void>();
    waiting.add(resolve);
    most = Math.max(most, waiting.size);
    if (waiting.size >= together) for (const go of waiting) go();
    await Promise.race([promise, delay(patienceMs)]);
    waiting.delete(resolve);
  };
  const listener = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const isLookup = request.method === 'GET';
    const body = await readBody(request);
    if (isLookup) asked.push(request.url ?? '');
    if (isLookup && asked.length > 1) await meet();
    const { authorization = '' } = request.headers;
    const sent = { method: request.method ?? 'GET', headers: { authorization }, body: isLookup ? null : body };
    const answer = await fetch(`${url}${request.url}`, sent);
    const bytes = Buffer.from(await answer.arrayBuffer());
    response.writeHead(answer.status, { 'content-length': bytes.length }).end(bytes);
  };
  const way = await startRemote(
    (request, response) => void listener(request, response).catch(() => response.destroy()),
  );
  return { url: way, asked, mostAtOnce: () => most };
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

async function fillServer() {
  const server = await startTestServer();
  const env = {
    LARDER_REMOTE_TOKEN: await server.token('main', 'write'),
    LARDER_REMOTE_MODE: 'read-write',
    CI: 'true',
  };
  const cold = await nx(linkedNxWorkspace(chain()), build, {
    ...freshNxCache(),
    ...env,
    LARDER_REMOTE_URL: server.url,
  });
  expect(cold).toMatchObject({ exitCode: 0, hits: ended('executed') });
  return { server, reader: { LARDER_REMOTE_TOKEN: await server.token('main', 'read') } };
}

test.each([
  ['false', `${length} remote (${length} downloaded)`],
  // Its log has the summary.
  ['true', ''],
])(
  'of a chain of tasks, all artifacts after the first are asked for at once, with nx’s daemon: %s',
  async (daemon, told) => {
    const { server, reader } = await fillServer();
    const way = await startSlowWay(server.url, length - 1);
    const root = linkedNxWorkspace(chain());
    const env = { ...freshNxCache(), ...reader, LARDER_REMOTE_URL: way.url, NX_DAEMON: daemon };
    onTestFinished(async () => void (await nx(root, ['daemon', '--stop'], env)));
    const run = await nx(root, build, env);
    expect(run).toMatchObject({ exitCode: 0, hits: ended('remote cache') });
    expect(way.mostAtOnce()).toBe(length - 1);
    expect([...new Set(way.asked)]).toHaveLength(length);
    expect(way.asked).toHaveLength(length);
    expect({ exitCode: run.exitCode, outputs: readOutputs(root) }).toEqual(await runWithout(build, chain()));
    expect(run.stdout).toContain(told);
    const { stdout } = await larder(root, ['daemon', 'status'], { env });
    expect(stdout).toMatch(/ahead +5 fetched before somebody asked, 5 of them asked for since/);
  },
);

test('what the server has not got is asked for once by nx, and what nx has itself is never fetched', async () => {
  const asked: string[] = [];
  const url = await startRemote((request, response) => {
    if (request.method === 'GET') asked.push(request.url ?? '');
    request.resume().on('end', () => response.writeHead(404).end());
  });
  const root = linkedNxWorkspace({ ...chain(), 'nx.json': { ...nxJson, larder: { remote: { url } } } });
  const env = { ...freshNxCache(), LARDER_REMOTE_TOKEN: 't' };
  expect(await nx(root, build, env)).toMatchObject({ exitCode: 0, hits: ended('executed') });
  expect(asked).toHaveLength(length);
  expect(await nx(root, build, env)).toMatchObject({ exitCode: 0 });
  expect(asked).toHaveLength(length);
});
