import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { writeFiles } from './support/make-workspace.ts';
import { larder } from './support/run-larder.ts';
import {
  freshNxCache,
  linkedNxWorkspace,
  nx,
  nxJson,
  readOutputs,
  removeOutputs,
} from './support/nx-plugin-workspace.ts';
import { startTestServer } from './support/start-server.ts';

const affected = ['affected', '-t', 'build', '--base=main'];
const edit = { 'packages/two/src/first.txt': 'changed\n' };

/** With an nx that has lost its caches. A daemon of nx is for one folder of them. */
async function runAffected(root: string, NX_DAEMON: string) {
  const env = { ...freshNxCache(), NX_DAEMON };
  const { exitCode, hits } = await nx(root, affected, env);
  await nx(root, ['daemon', '--stop'], env);
  return { exitCode, hits, outputs: readOutputs(root) };
}

test.each(['false', 'true'])('nx affected gets the same as without, with nx’s daemon %s', async (NX_DAEMON) => {
  const [root, plain] = [linkedNxWorkspace(), linkedNxWorkspace({ 'nx.json': { ...nxJson, plugins: [] } })];
  expect(await runAffected(root, NX_DAEMON)).toEqual({ exitCode: 0, hits: {}, outputs: {} });
  for (const each of [root, plain]) writeFiles(each, edit);
  const cold = await runAffected(root, NX_DAEMON);
  expect(cold).toEqual(await runAffected(plain, NX_DAEMON));
  expect(cold).toMatchObject({ exitCode: 0, hits: { 'two:build': 'executed' } });
  removeOutputs(root);
  const warm = await runAffected(root, NX_DAEMON);
  expect(warm).toMatchObject({ exitCode: 0, outputs: cold.outputs, hits: { 'two:build': 'remote cache' } });
});

test('what was uploaded comes back after both caches of this machine are wiped', async () => {
  const server = await startTestServer();
  const env = {
    CI: 'true',
    LARDER_REMOTE_URL: server.url,
    LARDER_REMOTE_TOKEN: await server.token('main', 'write'),
    LARDER_REMOTE_MODE: 'read-write',
  };
  const root = linkedNxWorkspace();
  const build = ['run-many', '-t', 'build'];
  expect(await nx(root, build, { ...freshNxCache(), ...env })).toMatchObject({ exitCode: 0 });
  const outputs = readOutputs(root);
  await larder(root, ['daemon', 'stop', '--force']);
  rmSync(join(root, '.larder'), { recursive: true, maxRetries: 5 });
  removeOutputs(root);
  const warm = await nx(root, build, { ...freshNxCache(), ...env });
  expect(warm).toMatchObject({ exitCode: 0, hits: { 'one:build': 'remote cache', 'two:build': 'remote cache' } });
  expect(warm.stdout).toContain('2 remote (2 downloaded)');
  expect(readOutputs(root)).toEqual(outputs);
});
