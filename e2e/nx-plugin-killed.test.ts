import { globSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  freshNxCache,
  linkedNxWorkspace,
  nx,
  nxJson,
  readDaemons,
  readOutputs,
  removeOutputs,
  startRemote,
} from './support/nx-plugin-workspace.ts';

const build = ['run-many', '-t', 'build'];
const executed = { 'one:build': 'executed', 'two:build': 'executed' };
const fromCache = { 'one:build': 'remote cache', 'two:build': 'remote cache' };

/** The daemon and the one that stands by for it. */
function findDaemonProcesses(root: string): readonly number[] {
  const state = join(root, '.larder/state/daemon/');
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && readCommand(name).some((word) => word.startsWith(state)))
    .map(Number);
}

function readCommand(pid: string): readonly string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
  } catch {
    // It has ended meanwhile.
    return [];
  }
}

function killAll(pids: readonly number[]): number {
  for (const pid of pids) process.kill(pid, 'SIGKILL');
  return pids.length;
}

/** A workspace whose remote server calls `onGet` and does not answer, until the test is over. */
async function workspaceWithSilentRemote(onGet: (root: string) => void): Promise<string> {
  let root = '';
  const url = await startRemote(({ method }) => {
    if (method === 'GET') onGet(root);
  });
  root = linkedNxWorkspace({ 'nx.json': { ...nxJson, larder: { remote: { url, timeoutMs: 1000 } } } });
  return root;
}

/** Processes are found as Linux lists them. */
describe.runIf(process.platform === 'linux')('a daemon that is killed', () => {
  test.each([
    ['a worker of nx', 'true'],
    ['nx itself', 'false'],
  ])('with the one that stands by, while %s waits for an answer, is a miss', async (_, isolate) => {
    const killed: number[] = [];
    const root = await workspaceWithSilentRemote((where) => killed.push(killAll(findDaemonProcesses(where))));
    const run = await nx(root, build, { ...freshNxCache(), LARDER_REMOTE_TOKEN: 't', NX_ISOLATE_PLUGINS: isolate });
    expect(run).toMatchObject({ exitCode: 0, hits: executed });
    expect(killed[0]).toBe(2);
    expect(Object.keys(readOutputs(root))).toHaveLength(6);
  });

  test('alone while nx waits is asked again under its other process', async () => {
    let lookups = 0;
    const root = await workspaceWithSilentRemote((where) => {
      lookups += 1;
      if (lookups === 1) killAll([readDaemons(where)[0]!.record.pid]);
    });
    const remote = { LARDER_REMOTE_TOKEN: 't' };
    expect(await nx(root, build, { ...freshNxCache(), ...remote })).toMatchObject({ exitCode: 0, hits: executed });
    removeOutputs(root);
    expect(await nx(root, build, { ...freshNxCache(), ...remote })).toMatchObject({ exitCode: 0, hits: fromCache });
  });

  test('with the one that stands by, while nx stores, fails no task', async () => {
    const script = 'mkdir -p dist && head -c 120000000 /dev/urandom > dist/large';
    const root = linkedNxWorkspace({
      'packages/one/package.json': { name: 'one', version: '1.0.0', scripts: { build: script } },
    });
    let killed = 0;
    const watching = setInterval(() => {
      if (killed === 0 && globSync('.larder/state/daemon/*/entries/*/*.partial', { cwd: root }).length > 0) {
        killed = killAll(findDaemonProcesses(root));
      }
    }, 1);
    try {
      expect(await nx(root, build, freshNxCache())).toMatchObject({ exitCode: 0, hits: executed });
    } finally {
      clearInterval(watching);
    }
    expect(killed).toBe(2);
  }, 60_000);

  test('with the one that stands by, between two tasks, is a cache that has nothing', async () => {
    const kill = `
    const { readdirSync, readFileSync } = require('node:fs');
    for (const pid of readdirSync('/proc').filter((name) => /^\\d+$/.test(name))) {
      try {
        const words = readFileSync('/proc/' + pid + '/cmdline', 'utf8').split('\\0');
        if (words.some((word) => word.startsWith(__dirname + '/.larder/state/daemon/'))) process.kill(Number(pid), 'SIGKILL');
      } catch {}
    }`;
    const scripts = { build: 'node ../../kill.cjs && mkdir -p dist && cp -R src/. dist' };
    const root = linkedNxWorkspace({
      'kill.cjs': kill,
      'packages/one/package.json': { name: 'one', version: '1.0.0', scripts },
    });
    expect(await nx(root, build, freshNxCache())).toMatchObject({ exitCode: 0, hits: executed });
  });
});
