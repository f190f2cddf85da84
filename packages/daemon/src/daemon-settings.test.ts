import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { readDaemonSettings } from './daemon-settings.ts';

test('what nx.json extends counts for the daemon as it does for a run', () => {
  const root = mkdtempSync(join(tmpdir(), 'larder-daemon-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  writeFileSync(join(root, 'nx.json'), '{ "extends": "./base.json" }');
  writeFileSync(
    join(root, 'base.json'),
    '{ "larder": { "cache": { "maxSize": "3MB" }, "remote": { "url": "https://cache.example" } } }',
  );
  const settings = readDaemonSettings(root, {});
  expect(settings.upstream).toMatchObject({ kind: 'server', options: { url: 'https://cache.example' } });
  expect(settings.maxDiskBytes).toBe(3_000_000);
});

function settingsWith(files: Readonly<Record<string, string>>, env: Readonly<Record<string, string>>) {
  const root = mkdtempSync(join(tmpdir(), 'larder-daemon-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(root, name), text, { mode: 0o644 });
  return readDaemonSettings(root, env);
}

test('a CI job’s identity, proxies, authorities and limits reach the connection', () => {
  const remote = { url: 'https://cache.example', oidcAudience: 'larder', caFile: 'ca.pem', maxBytesPerSecond: '1MB' };
  const env = {
    ACTIONS_ID_TOKEN_REQUEST_URL: 'https://ci.example/id?v=1',
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'job',
    HTTPS_PROXY: 'http://proxy.example:3128',
  };
  const { upstream } = settingsWith({ 'larder.json': JSON.stringify({ remote }) }, env);
  expect(upstream).toMatchObject({
    kind: 'server',
    options: {
      token: null,
      identity: { kind: 'github', requestToken: 'job', audience: 'larder' },
      maxBytesPerSecond: 1_000_000,
      caFileAbsolute: expect.stringMatching(/\/ca\.pem$/),
      env: { HTTPS_PROXY: 'http://proxy.example:3128' },
    },
  });
});

test('what one CI job stored is kept apart from another’s', () => {
  const files = { 'larder.json': '{ "remote": { "url": "https://cache.example", "oidcAudience": "larder" } }' };
  const folder = (job: string) => settingsWith(files, { LARDER_ID_TOKEN: job }).ownFolder.split('/').at(-1);
  expect(folder('job-1')).toBe(folder('job-1'));
  expect(folder('job-1')).not.toBe(folder('job-2'));
});

test.each<[string, Readonly<Record<string, string>>, Readonly<Record<string, string>>]>([
  ['larder.remote.url', { 'nx.json': '{ "larder": { "remote": { "url": "c.example" } } }' }, {}],
  ['remote.mode', { 'larder.json': '{ "remote": { "url": "https://c.example", "mode": "readonly" } }' }, {}],
  ['remote.modes', { 'larder.json': '{ "remote": { "url": "https://c.example", "modes": "off" } }' }, {}],
  ['chache', { 'larder.json': '{ "chache": {}, "remote": { "url": "https://c.example" } }' }, {}],
  [
    'targetDefaults',
    { 'nx.json': '{ "targetDefaults": 3, "larder": { "remote": { "url": "https://c.example" } } }' },
    {},
  ],
  ['larder.json', { 'larder.json': '{ "remote": ' }, {}],
  ['LARDER_REMOTE_URL', {}, { LARDER_REMOTE_URL: 'https://me:secret@c.example' }],
])('a server that is meant otherwise than it is understood is not used, and that is told: %s', (place, files, env) => {
  const { upstream } = settingsWith(files, env);
  expect(upstream).toMatchObject({ kind: 'refused', reason: expect.stringContaining(place) });
  expect(JSON.stringify(upstream)).not.toContain('secret');
});

test('where no server is named, nothing that is wrong is about one', () => {
  expect(settingsWith({ 'larder.json': '{ "chache": {} }' }, {}).upstream).toEqual({ kind: 'none' });
});

test('a token file that others can read is refused with the reason', () => {
  const files = {
    'larder.json': '{ "remote": { "url": "https://c.example", "tokenFile": "token" } }',
    token: 'secret\n',
  };
  expect(settingsWith(files, {}).upstream).toMatchObject({
    kind: 'refused',
    reason: expect.stringContaining('chmod 600'),
  });
});

test('where keys are pinned, what nobody signed must not be read', () => {
  const key = 'A'.repeat(43);
  const remote = { url: 'https://c.example', publicKeys: { main: key } };
  expect(settingsWith({ 'larder.json': JSON.stringify({ remote }) }, {}).upstream).toMatchObject({
    mustBeSigned: true,
  });
  const { publicKeys: _, ...open } = remote;
  expect(settingsWith({ 'larder.json': JSON.stringify({ remote: open }) }, {}).upstream).toMatchObject({
    mustBeSigned: false,
  });
});
