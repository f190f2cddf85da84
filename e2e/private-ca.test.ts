import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { layeredWorkspace, makeFolder } from './support/make-workspace.ts';
import { larderEvents } from './support/run-larder.ts';
import { startTestServer } from './support/start-server.ts';

const build = ['run-many', '-t', 'build'];
let hasOpenssl = true;

beforeAll(() => {
  try {
    execFileSync('openssl', ['version'], { stdio: 'ignore' });
  } catch {
    hasOpenssl = false;
  }
});

/** An authority that nobody else trusts, and a certificate of it for 127.0.0.1: `ca.pem`, `cert.pem`, `key.pem`. */
function makeAuthority(folder: string): void {
  const openssl = (...args: readonly string[]): void =>
    void execFileSync('openssl', args, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  openssl('req', '-x509', ...newKey, '-days', '1', '-subj', '/CN=Acme CA', '-keyout', 'ca-key.pem', '-out', 'ca.pem');
  openssl('req', ...newKey, '-subj', '/CN=cache.acme.test', '-keyout', 'key.pem', '-out', 'request.pem');
  writeFileSync(join(folder, 'names.cnf'), 'subjectAltName=IP:127.0.0.1\nbasicConstraints=CA:FALSE\n');
  const signed = ['-CA', 'ca.pem', '-CAkey', 'ca-key.pem', '-CAcreateserial', '-days', '1', '-extfile', 'names.cnf'];
  openssl('x509', '-req', '-in', 'request.pem', ...signed, '-out', 'cert.pem');
}

test('a cache behind a private authority is used by who trusts that, and by nobody else', async (context) => {
  if (!hasOpenssl) context.skip('there is no openssl here to make certificates');
  const folder = makeFolder();
  makeAuthority(folder);
  writeFileSync(join(folder, 'server.json'), JSON.stringify({ tls: { certificate: 'cert.pem', key: 'key.pem' } }));
  const server = await startTestServer(['--config', join(folder, 'server.json')]);
  expect(server.url).toMatch(/^https:/);
  const token = await server.token('main', 'write');
  const remote = { url: server.url, caFile: 'ca.pem' };
  const root = layeredWorkspace({ 'ca.pem': readFileSync(join(folder, 'ca.pem'), 'utf8'), 'larder.json': { remote } });
  const forget = (): void => {
    for (const name of ['.larder', 'packages/core/dist', 'packages/ui/dist', 'packages/app/dist'])
      rmSync(join(root, name), { recursive: true, force: true });
  };
  const env = { LARDER_REMOTE_TOKEN: token };
  const stored = await larderEvents(root, build, { env });
  expect(stored.finished).toMatchObject({ cacheTroubles: 0 });
  forget();
  expect((await larderEvents(root, build, { env })).outcomes).toMatchObject({ 'app:build': 'restored:remote' });
  forget();
  writeFileSync(join(root, 'larder.json'), JSON.stringify({ remote: { url: server.url } }));
  const distrusted = await larderEvents(root, build, { env });
  expect(distrusted.exitCode).toBe(0);
  expect(distrusted.outcomes).toMatchObject({ 'app:build': 'executed' });
  expect(distrusted.finished['cacheTroubles']).toBeGreaterThan(0);
});
