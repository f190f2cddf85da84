import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseConfig } from '@larder/core';
import { expect, onTestFinished, test } from 'vitest';
import type { Terminal } from '../terminal.ts';
import { adviseOnFailure } from './advise-on-failure.ts';
import { ok, type Check, type DoctorContext } from './check.ts';
import { checkDaemon } from './check-daemon.ts';
import { checkGit } from './check-git.ts';
import { checkNx, checkTurbo } from './check-other-tools.ts';
import { checkCompileCache } from './check-machine.ts';
import { renderFindings } from './doctor-report.ts';
import { runChecks } from './run-checks.ts';

function contextOf(files: Readonly<Record<string, string>> = {}, env: Terminal['env'] = {}): DoctorContext {
  const rootAbsolute = mkdtempSync(join(tmpdir(), 'larder-doctor-'));
  onTestFinished(() => rmSync(rootAbsolute, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(rootAbsolute, name)), { recursive: true });
    writeFileSync(join(rootAbsolute, name), text);
  }
  const [config, problems] = parseConfig({ file: null, env: {}, availableParallelism: 1, ci: false });
  const terminal = { env, signal: new AbortController().signal } as Terminal;
  return { rootAbsolute, terminal, config, problems };
}

const quick: Check = { id: 'quick', run: async () => [ok('quick', 'fine')] };

test('a check that never comes back is told after the deadline, and the others are not kept', async () => {
  let aborted = false;
  const hanging: Check = {
    id: 'hanging',
    run: (_, signal) => {
      signal.addEventListener('abort', () => (aborted = true));
      return new Promise(() => {});
    },
  };
  const findings = await runChecks([hanging, quick], contextOf(), 20);
  expect(findings).toMatchObject([
    { id: 'hanging', level: 'warning', detail: expect.stringContaining('within 0.02 seconds') },
    { id: 'quick', level: 'ok' },
  ]);
  expect(aborted).toBe(true);
});

test('a check that throws is a finding, too', async () => {
  const broken: Check = { id: 'broken', run: () => Promise.reject(new Error('no such thing')) };
  expect(await runChecks([broken, quick], contextOf(), 1000)).toMatchObject([
    { id: 'broken', level: 'warning', detail: expect.stringContaining('no such thing') },
    { id: 'quick' },
  ]);
});

test('a plugin that nx.json names and nobody installed is a problem', async () => {
  const signal = new AbortController().signal;
  expect(await checkNx.run(contextOf({ 'nx.json': '{ "plugins": ["@larder/nx"] }' }), signal)).toMatchObject([
    { id: 'nx', level: 'warning' },
  ]);
  expect(await checkNx.run(contextOf(), signal)).toEqual([]);
  expect(await checkTurbo.run(contextOf({ 'turbo.json': '{}' }), signal)).toMatchObject([{ id: 'turbo', level: 'ok' }]);
});

test('of an nx.json that is not understood nothing is said but that, and its base counts', async () => {
  const installed = {
    'node_modules/nx/package.json': '{ "version": "24.0.0" }',
    'node_modules/@larder/nx/package.json': '{ "version": "0.1.0" }',
  };
  const ask = async (files: Readonly<Record<string, string>>) =>
    (await checkNx.run(contextOf({ ...installed, ...files }), new AbortController().signal)).map(({ id }) => id);
  expect(await ask({ 'nx.json': '{ "plugins": [' })).toEqual(['nx']);
  expect(await ask({ 'nx.json': '[]' })).toEqual(['nx']);
  const base = { 'nx.json': '{ "extends": "./base.json" }', 'base.json': '{ "plugins": ["@larder/nx"] }' };
  expect(await ask(base)).toEqual(['nx', 'nx-plugin', 'nx-isolation']);
});

test.each<[string, Terminal['env'], string]>([
  ['.env', {}, 'warning'],
  ['.env', { NX_SELF_HOSTED_REMOTE_CACHE_SERVER: '' }, 'ok'],
  ['elsewhere', { NX_SELF_HOSTED_REMOTE_CACHE_SERVER: 'http://c.example' }, 'warning'],
  ['elsewhere', {}, 'ok'],
])(
  'a cache server that %s names keeps the plugin out, unless the environment says otherwise: %j',
  async (file, env, level) => {
    const files = {
      'nx.json': '{ "plugins": ["@larder/nx"] }',
      'node_modules/nx/package.json': '{ "version": "24.0.0" }',
      'node_modules/@larder/nx/package.json': '{ "version": "0.1.0" }',
      [file]: 'A=1\nNX_SELF_HOSTED_REMOTE_CACHE_SERVER="http://c.example"\n',
    };
    const findings = await checkNx.run(contextOf(files, env), new AbortController().signal);
    expect(findings.find(({ id }) => id === 'nx-plugin')?.level).toBe(level);
  },
);

test('options of the plugin that nobody knows are told', async () => {
  const files = {
    'nx.json': '{ "plugins": [{ "plugin": "@larder/nx", "options": { "cache": "yes" } }] }',
    'node_modules/nx/package.json': '{ "version": "24.0.0" }',
    'node_modules/@larder/nx/package.json': '{ "version": "0.1.0" }',
  };
  const findings = await checkNx.run(contextOf(files), new AbortController().signal);
  const found = { level: 'warning', detail: expect.stringContaining('"cache" is "yes"') };
  expect(findings.find(({ id }) => id === 'nx-plugin')).toMatchObject(found);
});

test.each([
  ['{ "tasks": ', 'problem', 'turbo.json:1:'],
  ['{ "tasks": { "build": { "dependsOn": 3 } } }', 'problem', 'an array of strings'],
  ['{ "pipeline": {} }', 'problem', 'Turborepo 1'],
  ['{ "tasks": {}, "tsaks": {} }', 'warning', 'tsaks'],
])('what is wrong with turbo.json is told: %s', async (text, level, detail) => {
  const findings = await checkTurbo.run(contextOf({ 'turbo.json': text }), new AbortController().signal);
  expect(findings).toMatchObject([
    { id: 'turbo' },
    { id: 'turbo-configuration', level, detail: expect.stringContaining(detail) },
  ]);
});

test('a repository that git does not look into is not taken for none', async () => {
  const context = (files: Readonly<Record<string, string>>) => contextOf(files, { PATH: process.env['PATH'] });
  const [broken] = await checkGit.run(context({ '.git': 'gitdir: /nowhere\n' }), new AbortController().signal);
  expect(broken).toMatchObject({ id: 'git', level: 'problem', detail: expect.stringContaining('/nowhere') });
  const [none] = await checkGit.run(context({}), new AbortController().signal);
  expect(none).toMatchObject({ id: 'git', level: 'warning', advice: expect.stringContaining('git init') });
});

test('where no daemon can start, that is told', async () => {
  const [finding] = await checkDaemon.run(contextOf({ '.larder/state/daemon': '' }), new AbortController().signal);
  expect(finding).toMatchObject({ id: 'daemon', level: 'problem', advice: expect.stringContaining('Delete') });
});

test.each([
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'caFile'],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'caFile'],
  ['CERT_HAS_EXPIRED', 'renewed'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'name'],
  ['EPROTO', 'http://'],
  ['ERR_SSL_WRONG_VERSION_NUMBER', 'http://'],
  ['ERR_INVALID_CHAR', 'token'],
  ['UND_ERR_INVALID_ARG', 'token'],
  ['ECONNREFUSED', 'address'],
])('what to do about %s is told', (code, advice) => {
  expect(adviseOnFailure(Object.assign(new Error('x'), { code }))).toContain(advice);
});

test.each<[string, string, Terminal['env'], boolean]>([
  ['by default', '{}', {}, true],
  ['where the environment turns it off', '{}', { NX_DAEMON: 'false' }, false],
  ['where nx.json turns it off', '{ "useDaemonProcess": false }', {}, false],
  ['in CI', '{}', { CI: 'true' }, false],
])('where the summary of the plugin went is told if nx uses its daemon: %s', async (_, nxJson, env, isTold) => {
  const files = {
    'nx.json': JSON.stringify({ ...(JSON.parse(nxJson) as object), plugins: ['@larder/nx'] }),
    'node_modules/nx/package.json': '{ "name": "nx", "version": "24.0.0" }',
    'node_modules/@larder/nx/package.json': '{ "name": "@larder/nx", "version": "0.1.0" }',
  };
  const findings = await checkNx.run(contextOf(files, env), new AbortController().signal);
  const plugin = findings.find(({ id }) => id === 'nx-plugin');
  expect([plugin?.level, plugin?.detail.includes('larder analyze')]).toEqual(['ok', isTold]);
});

test.each<[string, Readonly<Record<string, string>>, Terminal['env'], readonly [level: string, detail: string]]>([
  ['by default', {}, {}, ['warning', 'a process for each plugin']],
  ['as .env says', { '.env': 'NX_ISOLATE_PLUGINS=false\n' }, {}, ['ok', 'as .env says']],
  [
    'as the environment says, which wins',
    { '.env': 'NX_ISOLATE_PLUGINS=false\n' },
    { NX_ISOLATE_PLUGINS: 'true' },
    ['ok', 'the environment sets NX_ISOLATE_PLUGINS to "true"'],
  ],
  ['with other plugins', { 'nx.json': '{ "plugins": ["@larder/nx", "b"] }' }, {}, ['ok', 'docs/nx-plugin.md']],
  [
    'with an nx that reads .env too late',
    { '.env': 'NX_ISOLATE_PLUGINS=false\n', 'node_modules/nx/package.json': '{ "version": "21.6.1" }' },
    {},
    ['warning', 'with its daemon alone'],
  ],
])('whether nx has a process for each plugin is told: %s', async (_, files, env, [level, detail]) => {
  const workspace = {
    'nx.json': '{ "plugins": ["@larder/nx"] }',
    'node_modules/nx/package.json': '{ "name": "nx", "version": "24.0.0" }',
    ...files,
  };
  const findings = await checkNx.run(contextOf(workspace, env), new AbortController().signal);
  const found = { level, detail: expect.stringContaining(detail) };
  expect(findings.find(({ id }) => id === 'nx-isolation')).toMatchObject(found);
});

test('a compile cache that is asked for and not used is told', async () => {
  const context = contextOf({}, { NODE_COMPILE_CACHE: '/nowhere/at/all' });
  expect(await checkCompileCache.run(context, context.terminal.signal)).toMatchObject([{ level: 'warning' }]);
});

test('findings are counted, and each piece of advice stands below its finding', () => {
  const findings = [ok('a', 'fine'), { id: 'bb', level: 'problem', detail: 'broken', advice: 'Mend it.' }] as const;
  expect(renderFindings(findings, { color: false })).toBe(
    'ok       a   fine\nproblem  bb  broken\n             Mend it.\n\n1 ok, 0 warnings, 1 problem.\n',
  );
});
