import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { startIssuer, testAudience } from '../packages/server/src/testing/start-issuer.ts';
import { makeFolder, writeFiles } from './support/make-workspace.ts';
import { larderServer } from './support/run-larder.ts';
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
