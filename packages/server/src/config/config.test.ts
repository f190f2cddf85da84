import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { buildOptions } from './build-options.ts';
import { describeProblems } from './describe-problems.ts';
import { readConfig } from './read-config.ts';

let directory = '';
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'larder-config-'));
});
afterEach(async () => {
  await rm(directory, { recursive: true });
});

async function read(text: string, env: Record<string, string> = {}) {
  const absolute = join(directory, 'larder-server.json');
  await writeFile(absolute, text);
  const [config, problems] = await readConfig({ file: { name: 'larder-server.json', absolute }, env });
  return { config, text: describeProblems(problems) };
}

test('all problems are told at once, each with its line', async () => {
  const { config, text } = await read(`{
  "storage": 7,
  "maxSize": "much",
  "prot": 80, // a comment is allowed
  "tls": { "certificate": "a.pem" },
  "rateLimits": { "scope": { "requestsPerSecond": 0, "burst": 1 } }
}`);
  expect(config).toBeNull();
  expect(text.split('\n')).toEqual([
    'larder-server.json:2:14  storage must be a text; found 7',
    'larder-server.json:3:14  maxSize must be a size such as "10GB" or "512MiB"; found "much"',
    expect.stringMatching(/^larder-server\.json:5:10 {2}tls\.?k?e?y? /),
    'larder-server.json:6:51  rateLimits.scope.requestsPerSecond must be a whole number from 1 to 1000000; found 0',
    'larder-server.json:4:3  prot is not known here, did you mean port?',
  ]);
});

test('the environment wins over the file, and its mistakes name the variable', async () => {
  const { config } = await read('{ "port": 1, "tls": { "certificate": "a", "key": "b" } }', {
    LARDER_SERVER_PORT: '8080',
    LARDER_SERVER_TLS_KEY: 'c',
  });
  expect(config).toEqual({ port: 8080, tls: { certificate: 'a', key: 'c' } });
  const { text } = await read('{}', { LARDER_SERVER_PORT: 'x', LARDER_SERVER_MAXSIZE: '1GB', LARDER_SERVER_HOST: '' });
  expect(text).toContain('LARDER_SERVER_PORT must be a whole number from 0 to 65535; found "x"');
  expect(text).toContain('LARDER_SERVER_MAXSIZE is not known here, did you mean LARDER_SERVER_MAX_SIZE');
});

test('paths start at the folder of the file', async () => {
  const { config } = await read('{ "storage": "cache", "audit": { "file": "/var/log/audit.log" } }');
  const [options] = await buildOptions(config!, '/etc/larder');
  expect(options).toMatchObject({
    storageDirectory: '/etc/larder/cache',
    audit: { fileAbsolute: '/var/log/audit.log', maxFileBytes: 100_000_000, files: 10 },
    auth: { kind: 'tokens', anonymousRead: false },
    tls: null,
  });
});

test.each(['', '[]', '7', '{ "port": }', '{ "storage": "a" "port": 1 }'])('%j is no configuration', async (text) => {
  expect((await read(text)).config).toBeNull();
});
