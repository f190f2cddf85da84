import { expect, test, vi } from 'vitest';
import { adoptedNxWorkspace, packedNxWorkspace } from './support/nx-mode2-workspace.ts';
import { freshNxCache, nx, readOutputs } from './support/nx-plugin-workspace.ts';
import { larderEvents } from './support/run-larder.ts';
import { startTestServer } from './support/start-server.ts';

// Workspaces that are made alike stand for clones of one repository on different machines.
vi.setConfig({ testTimeout: 300_000 });

const build = ['run-many', '-t', 'build'];
const executed = { 'one:build': 'executed', 'two:build': 'executed' };
const fromRemote = { 'one:build': 'remote cache', 'two:build': 'remote cache' };
const restored = { 'one:build': 'restored:remote', 'two:build': 'restored:remote' };

/** As a job of CI has it, which uploads before it ends. */
async function remoteEnv(): Promise<Readonly<Record<string, string>>> {
  const server = await startTestServer();
  return {
    CI: 'true',
    LARDER_REMOTE_URL: server.url,
    LARDER_REMOTE_TOKEN: await server.token('main', 'write'),
    LARDER_REMOTE_MODE: 'read-write',
  };
}

test('what nx has built in batches on one machine, nx and larder take on others', async () => {
  const remote = await remoteEnv();
  const first = await adoptedNxWorkspace();
  expect(await nx(first, build, { ...freshNxCache(), ...remote })).toMatchObject({ exitCode: 0, hits: executed });
  const second = await adoptedNxWorkspace();
  expect(await nx(second, build, { ...freshNxCache(), ...remote })).toMatchObject({ exitCode: 0, hits: fromRemote });
  const third = await adoptedNxWorkspace();
  expect((await larderEvents(third, build, { env: remote })).outcomes).toEqual(restored);
  for (const root of [second, third]) expect(readOutputs(root)).toEqual(readOutputs(first));
});

test('what larder has built, nx takes in batches', async () => {
  const remote = await remoteEnv();
  const first = await adoptedNxWorkspace();
  await larderEvents(first, build, { env: remote });
  const second = await adoptedNxWorkspace();
  expect(await nx(second, build, { ...freshNxCache(), ...remote })).toMatchObject({ exitCode: 0, hits: fromRemote });
  expect(readOutputs(second)).toEqual(readOutputs(first));
});

test('what nx has built by itself, nx takes; larder and batches look under hashes of their own', async () => {
  const remote = await remoteEnv();
  const first = packedNxWorkspace();
  expect(await nx(first, build, { ...freshNxCache(), ...remote })).toMatchObject({ exitCode: 0, hits: executed });
  const second = packedNxWorkspace();
  expect(await nx(second, build, { ...freshNxCache(), ...remote })).toMatchObject({ exitCode: 0, hits: fromRemote });
  const third = packedNxWorkspace();
  expect((await larderEvents(third, build, { env: remote })).outcomes).toEqual(executed);
  const adopted = await adoptedNxWorkspace();
  expect(await nx(adopted, build, { ...freshNxCache(), ...remote })).toMatchObject({ exitCode: 0, hits: executed });
});
