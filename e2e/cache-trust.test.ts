import { chmodSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { layeredWorkspace, makeFolder, writeFiles } from './support/make-workspace.ts';
import { executedBuilds, larder, larderEvents } from './support/run-larder.ts';
import { startTestServer } from './support/start-server.ts';

const buildAll = ['run-many', '-t', 'build'];
const allRemote = { 'core:build': 'restored:remote', 'ui:build': 'restored:remote', 'app:build': 'restored:remote' };
const allExecuted = { 'core:build': 'executed', 'ui:build': 'executed', 'app:build': 'executed' };

function forgetLocally(root: string): void {
  rmSync(join(root, '.larder'), { recursive: true, force: true });
  for (const name of ['core', 'ui', 'app'])
    rmSync(join(root, `packages/${name}/dist`), { recursive: true, force: true });
}

function configure(root: string, remote: object): void {
  writeFiles(root, {
    'larder.json': {
      remote,
      namedInputs: { default: ['{projectRoot}/**/*'] },
      targetDefaults: { build: { dependsOn: ['^build'], outputs: ['{projectRoot}/dist'], cache: true } },
    },
  });
}

async function makeKeys(): Promise<{ readonly file: string; readonly publicKey: string }> {
  const folder = makeFolder();
  const made = await larder(folder, ['cache', 'keygen', 'signing.key']);
  expect(made.exitCode).toBe(0);
  return { file: join(folder, 'signing.key'), publicKey: made.stdout.trim() };
}

test('what a pinned key signed is restored; what nobody signed is executed, and the summary says so', async () => {
  const keys = await makeKeys();
  const server = await startTestServer();
  const root = layeredWorkspace();
  const { url } = server;
  const env = { LARDER_REMOTE_TOKEN: await server.token('main', 'write') };
  configure(root, { url, publicKeys: { main: keys.publicKey }, signingKeyFile: keys.file });
  await larderEvents(root, buildAll, { env });
  forgetLocally(root);
  const signed = await larderEvents(root, buildAll, { env });
  expect(signed.outcomes).toEqual(allRemote);
  expect(signed.finished).toMatchObject({ cacheTroubles: 0 });

  const other = await startTestServer();
  const otherEnv = { LARDER_REMOTE_TOKEN: await other.token('main', 'write') };
  configure(root, { url: other.url });
  forgetLocally(root);
  await larderEvents(root, buildAll, { env: otherEnv });
  forgetLocally(root);
  configure(root, { url: other.url, publicKeys: { main: keys.publicKey } });
  const unsigned = await larder(root, [...buildAll, '--output-style', 'static'], { env: otherEnv });
  expect(unsigned.exitCode).toBe(0);
  expect(unsigned.stdout).toContain('3 executed');
  expect(unsigned.stdout).toContain('not signed by a trusted key');
  expect(executedBuilds(root)).toHaveLength(9);
});

test('a private key never reaches a task, nor does the identity that stands for a token', async () => {
  const keys = await makeKeys();
  const root = layeredWorkspace({
    'packages/core/package.json': { name: 'core', version: '1.0.0', scripts: { build: 'env' } },
  });
  configure(root, { url: 'http://127.0.0.1:9', oidcAudience: 'larder' });
  const secret = readFileSync(keys.file, 'utf8').trim();
  const run = await larder(root, ['core:build', '--output-style', 'stream'], {
    env: { LARDER_SIGNING_KEY: secret, ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'identity', MARKER: 'seen' },
  });
  expect(run.stdout).toContain('MARKER=seen');
  expect(run.stdout + run.stderr).not.toContain(secret);
  expect(run.stdout + run.stderr).not.toContain('REQUEST_TOKEN');
});

test('a token file that others can read is refused with what to do, and the run goes on', async () => {
  const server = await startTestServer();
  const root = layeredWorkspace();
  const tokenFile = join(makeFolder(), 'token');
  writeFileSync(tokenFile, await server.token('main', 'write'), { mode: 0o644 });
  configure(root, { url: server.url, tokenFile });
  const open = await larder(root, [...buildAll, '--output-style', 'static']);
  expect(open.exitCode).toBe(0);
  expect(open.stdout.replaceAll(/\s+/g, ' ')).toContain('chmod 600');
  chmodSync(tokenFile, 0o600);
  forgetLocally(root);
  expect((await larderEvents(root, buildAll)).finished).toMatchObject({ cacheTroubles: 0 });
  forgetLocally(root);
  expect((await larderEvents(root, buildAll)).outcomes).toEqual(allRemote);
});

test('outside CI a remote can be read without being written', async () => {
  const server = await startTestServer();
  const root = layeredWorkspace();
  const env = { LARDER_REMOTE_TOKEN: await server.token('main', 'write') };
  configure(root, { url: server.url, mode: { ci: 'read-write', local: 'read-only' } });
  await larderEvents(root, buildAll, { env });
  forgetLocally(root);
  expect((await larderEvents(root, buildAll, { env: { ...env, CI: 'true' } })).outcomes).toEqual(allExecuted);
  forgetLocally(root);
  expect((await larderEvents(root, buildAll, { env })).outcomes).toEqual(allRemote);
});
