import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { findDaemonPlace } from './daemon-place.ts';

function workspace(files: Readonly<Record<string, string>> = {}) {
  const root = mkdtempSync(join(tmpdir(), 'larder-place-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const write = (more: Readonly<Record<string, string>>) => {
    for (const [name, text] of Object.entries(more)) writeFileSync(join(root, name), text);
  };
  write(files);
  const place = (env: Readonly<Record<string, string>> = {}, version = '1') =>
    findDaemonPlace(root, { env, version }).recordFile;
  return { write, place };
}

test.each([
  ['LARDER_REMOTE_TOKEN', 'reader', 'writer'],
  ['ACTIONS_ID_TOKEN_REQUEST_TOKEN', 'job 1', 'job 2'],
  ['HTTPS_PROXY', 'http://a', 'http://b'],
  ['NODE_EXTRA_CA_CERTS', '/a.pem', '/b.pem'],
])('runs that differ in %s use daemons of their own', (name, a, b) => {
  const { place } = workspace();
  expect(place({ [name]: a })).toBe(place({ [name]: a }));
  expect(place({ [name]: a })).not.toBe(place({ [name]: b }));
});

test('what Nx sets for a run does not matter, nor other variables', () => {
  const { place } = workspace();
  expect(place({ LARDER_NX_CACHE_SERVER: 'x', LARDER_NX_RUN: '{}', PATH: 'y' })).toBe(place());
});

test('another version has another daemon', () => {
  const { place } = workspace();
  expect(place({}, '2')).not.toBe(place());
});

test('what is said about Larder matters, also where nx.json extends the file that says it', () => {
  const { place, write } = workspace({ 'nx.json': '{ "extends": "./base.json" }', 'base.json': '{ "larder": {} }' });
  const before = place();
  write({ 'nx.json': '{ "extends": "./base.json", "parallel": 3 }' });
  expect(place()).toBe(before);
  write({ 'base.json': '{ "larder": { "remote": { "url": "https://c" } } }' });
  expect(place()).not.toBe(before);
});
