import { once } from 'node:events';
import { readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { startIssuer, testAudience, type TestIssuer } from '../packages/server/src/testing/start-issuer.ts';
import { makeFolder, makeWorkspace, writeFiles } from './support/make-workspace.ts';
import { larderEvents, larderServer } from './support/run-larder.ts';
import { startTestServer } from './support/start-server.ts';

/** The built server by its configuration file. */

async function put(url: string, token: string, name: string): Promise<number> {
  const answer = await fetch(`${url}/v1/cache/${name}`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${token}` },
    body: 'x',
  });
  return answer.status;
}

test('tokens of a CI system are exchanged by the rules, and every write stands in the audit log', async () => {
  const issuer = await startIssuer();
  onTestFinished(() => issuer[Symbol.asyncDispose]());
  const folder = makeFolder();
  const rule = {
    claims: { repository: 'acme/web', ref: 'refs/pull/{number}/merge' },
    scope: 'pr/{number}',
    access: 'write',
    tenant: 'acme',
  };
  writeFiles(folder, {
    'larder-server.json': { oidc: { rules: 'rules.json' }, audit: { file: 'audit.log' } },
    'rules.json': {
      issuers: [
        {
          provider: 'github',
          issuer: issuer.url,
          jwksUri: `${issuer.url}/keys`,
          audience: testAudience,
          rules: [rule],
        },
      ],
    },
  });
  const server = await startTestServer(['--config', join(folder, 'larder-server.json')]);
  const token = await issuer.sign({
    sub: 'repo:acme/web',
    repository: 'acme/web',
    ref: 'refs/pull/7/merge',
    event_name: 'pull_request',
  });
  const granted = await fetch(`${server.url}/larder/v1/token`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}` },
  });
  const grant = (await granted.json()) as { token: string; scope: string };
  expect([granted.status, grant.scope]).toEqual([200, 'acme@pr/7']);
  expect(await put(server.url, grant.token, '1')).toBe(200);
  expect(await put(server.url, await issuer.forge({ repository: 'acme/web' }), '2')).toBe(403);
  const audit = readFileSync(join(folder, 'audit.log'), 'utf8');
  const types = audit
    .trim()
    .split('\n')
    .map((line) => (JSON.parse(line) as { type: string }).type);
  expect(types).toEqual(['server-started', 'token-granted', 'entry-stored']);
  expect(audit).not.toContain(grant.token);
  expect(audit).not.toContain(token);
});

/** GitHub's service for the identity of a job, for the claims of one job; notes the audiences that it was asked for. */
async function startJobIdentity(issuer: TestIssuer, claims: Readonly<Record<string, unknown>>) {
  const audiences: (string | null)[] = [];
  const server = createServer((request, response) => {
    const audience = new URL(request.url ?? '', 'http://localhost').searchParams.get('audience');
    audiences.push(audience);
    if (request.headers.authorization !== 'Bearer job-secret') return void response.writeHead(401).end();
    void issuer
      .sign(claims, { audience: audience ?? '' })
      .then((value) => response.setHeader('content-type', 'application/json').end(JSON.stringify({ value })));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/id?api-version=2`, audiences };
}

test('a job of GitHub Actions runs with its identity alone: main is read, its own scope written, and no task sees it', async () => {
  const issuer = await startIssuer();
  onTestFinished(() => issuer[Symbol.asyncDispose]());
  const folder = makeFolder();
  const rules = [
    { claims: { repository: 'acme/web', ref: 'refs/heads/main', event_name: 'push' }, scope: 'main', access: 'write' },
    {
      claims: { repository: 'acme/web', ref: 'refs/pull/{number}/merge', event_name: 'pull_request' },
      scope: 'pr/{number}',
      access: 'write',
    },
  ];
  const trusted = { provider: 'github', issuer: issuer.url, jwksUri: `${issuer.url}/keys`, audience: testAudience };
  writeFiles(folder, {
    'larder-server.json': { oidc: { rules: 'rules.json' }, audit: { file: 'audit.log' } },
    'rules.json': { issuers: [{ ...trusted, rules }] },
  });
  const server = await startTestServer(['--config', join(folder, 'larder-server.json')]);
  const root = makeWorkspace({
    'larder.json': {
      remote: { url: server.url, mode: 'read-write', oidcAudience: testAudience },
      targetDefaults: { build: { cache: true, outputs: ['{projectRoot}/dist'] } },
    },
    'package.json': { name: 'acme', private: true, workspaces: ['packages/*'] },
    'packages/core/package.json': { name: 'core', scripts: { build: 'mkdir -p dist && env > dist/env.txt' } },
    'packages/core/input.txt': 'one',
  });
  const job = async (claims: Readonly<Record<string, unknown>>) => {
    for (const path of ['.larder', 'packages/core/dist']) rmSync(join(root, path), { recursive: true, force: true });
    const identity = await startJobIdentity(issuer, { sub: 'repo:acme/web', repository: 'acme/web', ...claims });
    const env = { ACTIONS_ID_TOKEN_REQUEST_URL: identity.url, ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'job-secret' };
    const { outcomes } = await larderEvents(root, ['run', 'core:build'], { env });
    return { outcome: outcomes['core:build'], audiences: identity.audiences };
  };
  const push = { ref: 'refs/heads/main', event_name: 'push' };
  const pullRequest = { ref: 'refs/pull/7/merge', event_name: 'pull_request' };
  expect(await job(push)).toEqual({ outcome: 'executed', audiences: [testAudience] });
  expect(readFileSync(join(root, 'packages/core/dist/env.txt'), 'utf8')).not.toContain('job-secret');
  expect(await job(pullRequest)).toEqual({ outcome: 'restored:remote', audiences: [testAudience] });
  // What a pull request builds is its own: main does not read it.
  writeFiles(root, { 'packages/core/input.txt': 'two' });
  expect((await job(pullRequest)).outcome).toBe('executed');
  expect((await job(pullRequest)).outcome).toBe('restored:remote');
  expect((await job(push)).outcome).toBe('executed');
  // Another repository has a genuine identity, and no rule: the run succeeds without the cache.
  expect((await job({ ...push, repository: 'acme/other' })).outcome).toBe('executed');
  const audit = readFileSync(join(folder, 'audit.log'), 'utf8').trim().split('\n');
  const facts = audit.map((line) => JSON.parse(line) as { type: string; scope?: string });
  const stored = facts.filter(({ type }) => type === 'entry-stored').map(({ scope }) => scope);
  expect(stored).toEqual(['main', 'pr/7', 'main']);
});

test('a configuration with mistakes is refused with all of them, and exit code 2', async () => {
  const folder = makeFolder();
  writeFiles(folder, { 'larder-server.json': '{\n  "port": "x",\n  "storge": "a"\n}\n' });
  const { exitCode, stderr } = await larderServer(folder, ['--config', 'larder-server.json']);
  expect(exitCode).toBe(2);
  expect(stderr).toContain('larder-server.json:2:11  port must be a whole number from 0 to 65535; found "x"');
  expect(stderr).toContain('larder-server.json:3:3  storge is not known here, did you mean storage?');
  expect((await larderServer(folder, ['--config', 'missing.json'])).exitCode).toBe(2);
});

test('a token shows when it was used last, and metrics need one', async () => {
  const server = await startTestServer();
  const token = await server.token('main', 'write');
  const list = async (): Promise<string> =>
    (await larderServer(server.storage, ['token', 'list', '--storage', server.storage])).stdout;
  expect(await list()).toContain('never used');
  expect((await fetch(`${server.url}/metrics`)).status).toBe(401);
  const metrics = await fetch(`${server.url}/metrics`, { headers: { authorization: `Bearer ${token}` } });
  expect(await metrics.text()).toContain('larder_event_loop_lag_p99_seconds');
  expect(await list()).toMatch(/ used 20\d\d-/);
});

test('the statistics tell what runs of larder made of the cache, for each task', async () => {
  const server = await startTestServer();
  const token = await server.token('main', 'write');
  const root = makeWorkspace({
    'larder.json': { targetDefaults: { build: { cache: true, outputs: ['{projectRoot}/dist'] } } },
    'package.json': { name: 'acme', private: true, workspaces: ['packages/*'] },
    'packages/core/package.json': { name: 'core', scripts: { build: 'mkdir dist && sleep 0.05 && echo x > dist/x' } },
  });
  const env = { LARDER_REMOTE_URL: server.url, LARDER_REMOTE_TOKEN: token };
  await larderEvents(root, ['run', 'core:build'], { env });
  for (const folder of ['.larder', 'packages/core/dist']) rmSync(join(root, folder), { recursive: true });
  await larderEvents(root, ['run', 'core:build'], { env });
  const answer = await fetch(`${server.url}/api/stats`, { headers: { authorization: `Bearer ${token}` } });
  const statistics = (await answer.json()) as {
    requests: { savedMs: number }[];
    tasks: { executionMs: number; savedMs: number }[];
  };
  expect(statistics).toMatchObject({
    requests: [{ protocol: 'larder', hits: 1, stored: 1 }],
    tasks: [{ scope: 'main', project: 'core', target: 'build', executed: 1, remoteHits: 1, localHits: 0 }],
  });
  expect(statistics.tasks[0]?.executionMs).toBeGreaterThan(40);
  expect(statistics.tasks[0]?.savedMs).toBeGreaterThan(40);
  // What the upload said, so that clients of other tools are counted alike.
  expect(statistics.requests[0]?.savedMs).toBeGreaterThan(40);
});
