import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeWorkspace } from './support/make-workspace.ts';
import { startRemote } from './support/nx-plugin-workspace.ts';
import { larder } from './support/run-larder.ts';
import { startTestServer } from './support/start-server.ts';

interface Finding {
  readonly id: string;
  readonly level: 'ok' | 'warning' | 'problem';
  readonly detail: string;
  readonly advice: string | null;
}

const files = {
  '.gitignore': 'node_modules\n',
  'package.json': { name: 'acme', private: true, workspaces: ['packages/*'] },
  'package-lock.json': { name: 'acme', lockfileVersion: 3, packages: {} },
};

async function doctor(root: string, env: Readonly<Record<string, string>> = {}) {
  const run = await larder(root, ['doctor', '--json'], { env });
  const report = JSON.parse(run.stdout) as { readonly v: number; readonly findings: readonly Finding[] };
  const of = (id: string): Finding | undefined => report.findings.find((finding) => finding.id === id);
  return { ...run, findings: report.findings, of };
}

test('a sound workspace has no problem, and every finding of another kind says what to do', async () => {
  const { exitCode, findings, of, stderr } = await doctor(makeWorkspace(files));
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  const ids = ['node', 'package-manager', 'workspace', 'configuration', 'git', 'git-base', 'remote', 'daemon', 'state'];
  expect(findings.map(({ id }) => id)).toEqual(expect.arrayContaining([...ids, 'disk', 'file-system', 'watch-limits']));
  expect(findings.filter(({ level, advice }) => (level === 'ok') !== (advice === null))).toEqual([]);
  expect(of('remote')?.detail).toContain('none is configured');
});

test('a token’s scope and rights are told, and never the token', async () => {
  const server = await startTestServer();
  const [reader, writer] = [await server.token('pr/7', 'read'), await server.token('main', 'write')];
  const root = makeWorkspace(files);
  const as = (token: string) => doctor(root, { LARDER_REMOTE_URL: server.url, LARDER_REMOTE_TOKEN: token });
  const asWriter = await as(writer);
  expect(asWriter.of('remote')).toMatchObject({ level: 'ok', detail: expect.stringContaining('scope main') });
  expect(asWriter.of('clock')).toMatchObject({ level: 'ok' });
  const asReader = await as(reader);
  expect(asReader.of('remote')).toMatchObject({
    level: 'warning',
    detail: expect.stringContaining('only read in scope pr/7'),
  });
  const asNobody = await as('nobody-at-all');
  expect(asNobody.exitCode).toBe(1);
  expect(asNobody.of('remote')).toMatchObject({ level: 'problem' });
  for (const { stdout, stderr } of [asWriter, asReader, asNobody])
    expect(stdout + stderr).not.toMatch(new RegExp(`${reader}|${writer}|nobody-at-all`));
});

test('a server that is down, silent, another’s or of another time is told within seconds', async () => {
  const root = makeWorkspace(files);
  const at = (url: string) => doctor(root, { LARDER_REMOTE_URL: url, LARDER_REMOTE_TOKEN: 't' });
  const silent = await startRemote(() => {});
  const other = await startRemote((_, response) => void response.writeHead(404).end('<html>'));
  const late = await startRemote((_, response) => {
    response.setHeader('date', new Date(Date.now() - 3_600_000).toUTCString());
    response.end('{"version":1,"scope":"main","access":"write"}');
  });
  const [down, hangs, foreign, skewed] = [
    await at('http://127.0.0.1:9'),
    await at(silent),
    await at(other),
    await at(late),
  ];
  expect(down.of('remote')).toMatchObject({ level: 'problem', detail: expect.stringContaining('ECONNREFUSED') });
  expect(hangs.of('remote')).toMatchObject({ level: 'problem', detail: expect.stringContaining('nothing came') });
  expect(foreign.of('remote')).toMatchObject({ level: 'warning', detail: expect.stringContaining('404') });
  expect(skewed.of('clock')).toMatchObject({ level: 'problem', detail: expect.stringContaining('ahead') });
});

test('what is wrong with secrets, lockfiles and the state folder is told together', async () => {
  const root = makeWorkspace({
    ...files,
    'larder.json': { remote: { url: 'https://c.invalid', tokenFile: 't', timeoutMs: 100 } },
  });
  writeFileSync(join(root, 't'), 'secret-in-a-file\n', { mode: 0o644 });
  writeFileSync(join(root, 'yarn.lock'), '');
  writeFileSync(join(root, '.larder'), '');
  const { exitCode, of, stdout } = await doctor(root);
  expect(exitCode).toBe(1);
  expect(of('remote')).toMatchObject({ level: 'problem', detail: expect.stringContaining('chmod 600') });
  expect(of('package-manager')).toMatchObject({ level: 'warning', detail: expect.stringContaining('yarn.lock') });
  expect(of('state')).toMatchObject({ level: 'problem' });
  expect(stdout).not.toContain('secret-in-a-file');
});

test('what is wrong with the configuration is told with its place', async () => {
  const { exitCode, of } = await doctor(makeWorkspace({ ...files, 'larder.json': { chache: {} } }));
  expect(exitCode).toBe(1);
  expect(of('configuration')).toMatchObject({ level: 'problem', detail: expect.stringContaining('larder.json:2:3') });
  expect(of('remote')).toMatchObject({ level: 'warning', detail: expect.stringContaining('not known') });
});

test.each(['larder.json', 'nx.json'])('a %s that cannot be read is a finding', async (name) => {
  const { exitCode, stderr, of } = await doctor(makeWorkspace({ ...files, [`${name}/file`]: '' }));
  expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: '' });
  expect(of('configuration')).toMatchObject({ level: 'problem', detail: expect.stringContaining(name) });
});

test('for people, the same stands in lines', async () => {
  const { stdout, exitCode } = await larder(makeWorkspace(files), ['doctor']);
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/^ok +node +Node \d+/m);
  expect(stdout).toMatch(/^\d+ ok, \d+ warnings?, 0 problems\.$/m);
});

test.each([[['doctor']], [['show', 'projects']]])(
  'Nx’s daemon, which stops where an ignore file appears, is left alone by %j',
  async (args) => {
    const root = makeWorkspace({
      ...files,
      'nx.json': {},
      '.nx/workspace-data/d/server-process.json': { processId: process.pid },
    });
    expect(await larder(root, args)).toMatchObject({ exitCode: 0 });
    expect(existsSync(join(root, '.larder/state'))).toBe(true);
    expect(existsSync(join(root, '.larder/.gitignore'))).toBe(false);
  },
);

test('a server that speaks no TLS, and one in trouble, are told with what to do', async () => {
  const root = makeWorkspace(files);
  const at = (url: string) => doctor(root, { LARDER_REMOTE_URL: url, LARDER_REMOTE_TOKEN: 't' });
  const plain = await at((await startRemote((_, response) => void response.end())).replace('http:', 'https:'));
  expect(plain.of('remote')).toMatchObject({ level: 'problem', advice: expect.stringContaining('http://') });
  expect(plain.of('remote')?.detail).toMatch(/cannot be used: TLS: [\w ]+$/);
  const busy = await at(await startRemote((_, response) => void response.writeHead(503).end()));
  expect(busy).toMatchObject({ exitCode: 1 });
  expect(busy.of('remote')?.detail).toContain('answered 503');
});
