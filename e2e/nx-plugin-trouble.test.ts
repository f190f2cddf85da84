import { existsSync, globSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
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
import { git } from './support/make-workspace.ts';
import { readNxMajor } from './support/nx-under-test.ts';
import { larder } from './support/run-larder.ts';
import { startTestServer } from './support/start-server.ts';

const minutes = 60_000;
const build = ['run-many', '-t', 'build'];
const executed = { 'one:build': 'executed', 'two:build': 'executed' };
const fromCache = { 'one:build': 'remote cache', 'two:build': 'remote cache' };

test('a server that is full costs nothing but its uploads, and is told of', async () => {
  const url = await startRemote((request, response) => {
    const status = request.method === 'GET' ? 404 : 507;
    request.resume().on('end', () => response.writeHead(status).end('The storage is full.'));
  });
  const root = linkedNxWorkspace({ 'nx.json': { ...nxJson, larder: { remote: { url } } } });
  const run = await nx(root, build, { ...freshNxCache(), LARDER_REMOTE_TOKEN: 't', CI: 'true' });
  const without = await runWithout(build);
  expect({ exitCode: run.exitCode, outputs: readOutputs(root) }).toEqual(without);
  expect(run.stdout).toMatch(/cache trouble: upload: the server answered 507: The storage is full\./);
});

test('where keys are pinned, nothing unsigned is taken from the server', async () => {
  const asked: string[] = [];
  const url = await startRemote((request, response) => {
    asked.push(request.method ?? '');
    request.resume().on('end', () => response.writeHead(404).end());
  });
  const remote = { url, publicKeys: { main: 'A'.repeat(43) }, mode: 'read-write' };
  const root = linkedNxWorkspace({ 'nx.json': { ...nxJson, larder: { remote } } });
  const run = await nx(root, build, { ...freshNxCache(), LARDER_REMOTE_TOKEN: 't', CI: 'true' });
  expect(run).toMatchObject({ exitCode: 0, hits: executed });
  expect(run.stdout).toContain('keys are pinned');
  expect(asked).not.toContain('GET');
});

test('with nx’s own daemon, runs one after another and at once get the same as without', async () => {
  const root = linkedNxWorkspace(twoOnItsOwn);
  const env = { NX_DAEMON: 'true' };
  onTestFinished(async () => void (await nx(root, ['daemon', '--stop'], env)));
  expect(await nx(root, build, { ...freshNxCache(), ...env })).toMatchObject({ exitCode: 0, hits: executed });
  // Nx's daemon would stop, and with it whatever it serves.
  expect(existsSync(join(root, '.larder/.gitignore'))).toBe(false);
  expect(git(root, 'status', '--porcelain')).toBe('');
  const outputs = readOutputs(root);
  removeOutputs(root);
  const runs = await Promise.all(
    ['one', 'two'].map((project) => nx(root, ['build', project], { ...freshNxCache(), ...env })),
  );
  expect(runs.map(({ exitCode }) => exitCode)).toEqual([0, 0]);
  expect(Object.assign({}, ...runs.map(({ hits }) => hits))).toEqual(fromCache);
  expect(readOutputs(root)).toEqual(outputs);
  expect(readDaemons(root)).toHaveLength(1);
  const stats = await larder(root, ['stats', '--json']);
  expect(JSON.parse(stats.stdout)).toMatchObject({ runs: 3 });
});

test('a run that begins while another ends is not disturbed by it', async () => {
  const slow = (name: string, seconds: string) => ({
    name,
    version: '1.0.0',
    scripts: { build: `mkdir -p dist && cp -R src/. dist && sleep ${seconds}` },
  });
  const root = linkedNxWorkspace({
    'packages/one/package.json': slow('one', '0.2'),
    'packages/two/package.json': slow('two', '3'),
  });
  const long = nx(root, ['build', 'two'], freshNxCache());
  const short = await nx(root, ['build', 'one'], freshNxCache());
  const later = await nx(root, ['build', 'one'], freshNxCache());
  expect([short.exitCode, later.exitCode, (await long).exitCode]).toEqual([0, 0, 0]);
  expect(later.hits).toEqual({ 'one:build': 'remote cache' });
  removeOutputs(root);
  expect((await nx(root, ['build', 'two'], freshNxCache())).hits).toEqual({ 'two:build': 'remote cache' });
});

test.each<[string, (record: object) => object]>([
  ['another version', (record) => ({ ...record, version: '0.0.1' })],
  ['a process that is gone', (record) => ({ ...record, pid: 4_194_304, port: 9 })],
  ['another workspace', (record) => ({ ...record, rootAbsolute: '/elsewhere' })],
])('the record of %s is not followed, and nx runs as ever', async (_, change) => {
  const root = linkedNxWorkspace();
  await nx(root, build, freshNxCache());
  const [daemon] = readDaemons(root);
  writeFileSync(daemon!.file, JSON.stringify(change(daemon!.record)), { mode: 0o600 });
  removeOutputs(root);
  // What the first daemon stored is on disk, where the second finds it.
  expect(await nx(root, build, freshNxCache())).toMatchObject({ exitCode: 0, hits: fromCache, stderr: '' });
});

test('a folder of artifacts that loses its files, or has others’ put into it, is a folder of misses', async () => {
  const root = linkedNxWorkspace();
  await nx(root, build, freshNxCache());
  const outputs = readOutputs(root);
  const entries = await larder(root, ['daemon', 'stop', '--force']);
  expect(entries.exitCode).toBe(0);
  const folder = join(root, '.larder/state/daemon');
  const files = globSync('*/entries/*/*', { cwd: folder }).map((file) => join(folder, file));
  expect(files).toHaveLength(2);
  writeFileSync(files[0]!, Buffer.concat([readFileSync(files[0]!).subarray(0, 50), Buffer.from('other')]));
  rmSync(files[1]!);
  removeOutputs(root);
  expect(await nx(root, build, freshNxCache())).toMatchObject({ exitCode: 0, hits: executed });
  expect(readOutputs(root)).toEqual(outputs);
});

test('what nx was told is recorded as larder records it: reasons and what waited for what', async () => {
  const root = linkedNxWorkspace();
  await nx(root, build, freshNxCache());
  writeFileSync(join(root, 'packages/one/src/first.txt'), 'changed\n');
  const run = await nx(root, build, freshNxCache());
  expect(run.stdout).toContain('missed one:build: files of one changed');
  expect(run.stdout).toMatch(/critical path: one:build > two:build, /);
  const report = await larder(root, ['analyze', 'last', '--json']);
  expect(report.exitCode).toBe(0);
});

/** The most memory that a process ever had, in bytes; Linux tells it. */
function readPeakBytes(pid: number): number {
  const [, kilobytes] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kilobytes) * 1024;
}

/** Watches the plugin's own process in runs of nx, as long as the test; the most memory that one ever had, so far. */
function watchWorkers(): () => number {
  let peakBytes = 0;
  const isWorker = (pid: string): boolean => {
    const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
    if (!words.some((word) => basename(word).startsWith('plugin-worker'))) return false;
    // Nx 20 and 21 tell a worker over its socket which plugin it is for: any of them counts there.
    return words.includes('@larder/nx') || readNxMajor() < 22;
  };
  const look = (): void => {
    for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
      try {
        if (isWorker(pid)) peakBytes = Math.max(peakBytes, readPeakBytes(Number(pid)));
      } catch {
        // It has ended meanwhile.
      }
    }
  };
  const watching = setInterval(look, 100);
  onTestFinished(() => clearInterval(watching));
  return () => peakBytes;
}

test.runIf(process.platform === 'linux')(
  'an artifact of 200 MB goes through the daemon to the server and back without staying in anybody’s memory',
  async () => {
    const server = await startTestServer();
    const env = {
      CI: 'true',
      LARDER_REMOTE_URL: server.url,
      LARDER_REMOTE_TOKEN: await server.token('main', 'write'),
      NX_DAEMON: 'false',
    };
    const script = 'mkdir -p dist && head -c 200000000 /dev/urandom > dist/large && cp src/first.txt dist/';
    const large = { name: 'one', version: '1.0.0', scripts: { build: script } };
    const make = () => linkedNxWorkspace({ 'packages/one/package.json': large });
    const workersPeak = watchWorkers();
    const first = make();
    expect(await nx(first, ['build', 'one'], { ...freshNxCache(), ...env })).toMatchObject({ exitCode: 0 });
    const second = make();
    const shared = await nx(second, ['build', 'one'], { ...freshNxCache(), ...env });
    expect(shared).toMatchObject({ exitCode: 0, hits: { 'one:build': 'remote cache' } });
    const [before, after] = [first, second].map((root) => readFileSync(join(root, 'packages/one/dist/large')));
    expect(before!.equals(after!)).toBe(true);
    const peaks = [first, second].map((root) => readPeakBytes(readDaemons(root)[0]!.record.pid));
    expect(Math.max(...peaks)).toBeLessThan(190_000_000);
    expect(workersPeak()).toBeGreaterThan(30_000_000);
    expect(workersPeak()).toBeLessThan(190_000_000);
  },
  5 * minutes,
);
