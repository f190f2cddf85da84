import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, type PeerCertificate } from 'node:tls';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestServer } from './testing/start-test-server.ts';

const run = promisify(execFile);
let directory = '';
let hasOpenssl = true;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'larder-tls-'));
  hasOpenssl = await makeCertificate('first').then(
    () => true,
    () => false,
  );
});
afterAll(async () => {
  await rm(directory, { recursive: true });
});

async function makeCertificate(name: string): Promise<void> {
  const files = ['-keyout', join(directory, 'key.pem'), '-out', join(directory, 'cert.pem')];
  await run('openssl', [
    'req',
    '-x509',
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:prime256v1',
    '-nodes',
    '-days',
    '1',
    '-subj',
    `/CN=${name}`,
    ...files,
  ]);
}

/** The name on the certificate, and the status of an answer on that connection. */
async function ask(port: number): Promise<readonly [string, string]> {
  const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false });
  await once(socket, 'secureConnect');
  const certificate: PeerCertificate = socket.getPeerCertificate();
  socket.write('GET /healthz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n');
  const [head] = (await once(socket, 'data')) as [Buffer];
  socket.destroy();
  return [String(certificate.subject.CN), head.toString().slice(0, 12)];
}

test('serves with the certificate of the files, takes new ones when asked to, and keeps the old where they are no good', async (context) => {
  if (!hasOpenssl) context.skip('there is no openssl here to make a certificate');
  const tls = { certificateFileAbsolute: join(directory, 'cert.pem'), keyFileAbsolute: join(directory, 'key.pem') };
  await using server = await startTestServer({ tls });
  const port = Number(new URL(server.url).port);
  expect(server.url).toMatch(/^https:/);
  expect(await ask(port)).toEqual(['first', 'HTTP/1.1 200']);
  await makeCertificate('second');
  await server.reloadCertificate();
  expect((await ask(port))[0]).toBe('second');
  await writeFile(tls.keyFileAbsolute, 'no key');
  await server.reloadCertificate();
  expect((await ask(port))[0]).toBe('second');
  expect(server.events.map(({ type }) => type)).toEqual(
    expect.arrayContaining(['certificate-loaded', 'certificate-unusable']),
  );
  await expect(startTestServer({ tls })).rejects.toThrow('The certificate cannot be used');
});

test('closes while someone is stuck in the handshake', async (context) => {
  if (!hasOpenssl) context.skip('there is no openssl here to make a certificate');
  await makeCertificate('third');
  const tls = { certificateFileAbsolute: join(directory, 'cert.pem'), keyFileAbsolute: join(directory, 'key.pem') };
  const timeouts = {
    headersMs: 60_000,
    requestMs: 60_000,
    idleMs: 60_000,
    keepAliveMs: 60_000,
    checkEveryMs: 1000,
    answerMs: 1000,
    drainMs: 100,
  };
  await using server = await startTestServer({ tls, timeouts });
  const { connect: connectPlain } = await import('node:net');
  const stuck = connectPlain(Number(new URL(server.url).port), '127.0.0.1');
  stuck.on('error', () => {});
  await once(stuck, 'connect');
  await server.close();
  await once(stuck.resume(), 'close');
  expect(stuck.destroyed).toBe(true);
});
