import { expect, test } from 'vitest';
import { asWorkspacePath } from '../ids.ts';
import type { Problem } from '../problem.ts';
import { parseConfig } from './parse-config.ts';

interface Given {
  readonly nx?: unknown;
  readonly larder?: unknown;
  readonly text?: string;
  readonly env?: Record<string, string>;
  readonly ci?: boolean;
}

function parse({ nx, larder, text, env = {}, ci = false }: Given = {}) {
  const kind = larder === undefined ? 'nx' : 'larder';
  const source = text ?? (nx === undefined && larder === undefined ? null : JSON.stringify(nx ?? larder, null, 2));
  return parseConfig({
    file: source === null ? null : { path: asWorkspacePath(`${kind}.json`), text: source, kind },
    env,
    availableParallelism: 8,
    ci,
  });
}

const configOf = (given?: Given) => {
  const [config, problems] = parse(given);
  expect(problems).toEqual([]);
  return config;
};

const problemsOf = (given: Given) => parse(given)[1].map(describe);

function describe(problem: Problem): string {
  const at = problem.location === undefined ? '' : `${problem.location.line}:${problem.location.column} `;
  if (problem.code === 'invalid-value') return `${at}${problem.file} ${problem.path}: ${problem.found}`;
  if (problem.code === 'unknown-key') return `${at}${problem.file} ${problem.path}? ${problem.near.join()}`;
  return `${at}${problem.code}`;
}

test('a workspace without configuration gets the defaults', () => {
  expect(configOf()).toEqual({
    file: null,
    namedInputs: {},
    targetDefaults: {},
    defaultBase: 'main',
    parallel: 8,
    parallelIsConfigured: false,
    parallelIsAdaptive: false,
    retries: 0,
    resources: {},
    continueMode: 'dependencies-successful',
    outputStyle: null,
    cacheDirectory: '.larder/cache',
    cache: { maxSizeBytes: 20_000_000_000, maxAgeMs: 30 * 86_400_000 },
    remote: null,
    daemon: 'auto',
    plugins: [],
    nxPlugins: [],
    passThroughEnv: [],
    envMode: 'loose',
  });
});

test('larder.json has all keys at its top level', () => {
  const config = configOf({
    larder: {
      $schema: './node_modules/@larder/core/larder.schema.json',
      parallel: 4,
      continue: 'never',
      outputStyle: 'stream',
      cacheDirectory: './build/cache/',
      remote: { url: 'https://cache.example/team/', token: 't', mode: 'read-only', timeoutMs: 500 },
      plugins: ['@acme/one', { plugin: './two.js', options: { deep: [1] } }, { name: '@acme/three' }],
      passThroughEnv: ['CI_*'],
      envMode: 'strict',
      defaultBase: 'trunk',
      namedInputs: { sources: ['{projectRoot}/src/**'] },
      targetDefaults: { build: { cache: true } },
    },
  });
  expect(config).toMatchObject({
    file: 'larder.json',
    parallel: 4,
    continueMode: 'never',
    outputStyle: 'stream',
    cacheDirectory: 'build/cache',
    remote: { url: 'https://cache.example/team', token: 't', mode: 'read-only', timeoutMs: 500 },
    plugins: [
      { name: '@acme/one', options: {} },
      { name: './two.js', options: { deep: [1] } },
      { name: '@acme/three', options: {} },
    ],
    passThroughEnv: ['CI_*'],
    envMode: 'strict',
    defaultBase: 'trunk',
    namedInputs: { sources: [{ kind: 'fileset', pattern: '{projectRoot}/src/**', of: { kind: 'self' } }] },
    targetDefaults: { build: { cache: true } },
  });
});

test('nx.json keeps its own keys, has ours under larder, and may hold anything else', () => {
  const config = configOf({
    nx: {
      parallel: 2,
      affected: { defaultBase: 'develop' },
      plugins: ['@nx/js', { plugin: '@nx/vite/plugin', options: {} }],
      larder: { envMode: 'strict' },
      release: { anything: true },
    },
  });
  expect(config).toMatchObject({ parallel: 2, defaultBase: 'develop', envMode: 'strict', file: 'nx.json' });
  expect(config.nxPlugins).toEqual(['@nx/js', { plugin: '@nx/vite/plugin', options: {} }]);
  expect(configOf({ nx: { defaultBase: 'main2', affected: { defaultBase: 'old' } } }).defaultBase).toBe('main2');
  expect(configOf({ nx: { parallel: 2, larder: { parallel: 5 } } }).parallel).toBe(5);
});

test('a daemon is used as the environment says, then the file, else where it pays', () => {
  expect(configOf({ larder: {} }).daemon).toBe('auto');
  expect(configOf({ larder: { daemon: 'on' } }).daemon).toBe('on');
  expect(configOf({ larder: { daemon: 'on' }, env: { LARDER_DAEMON: 'off' } }).daemon).toBe('off');
  expect(problemsOf({ larder: { daemon: true }, env: { LARDER_DAEMON: 'yes' } })).toHaveLength(2);
});

test('parallel may be a share of the cores and is at least one', () => {
  expect(configOf({ larder: { parallel: '50%' } }).parallel).toBe(4);
  expect(configOf({ larder: { parallel: '1%' } }).parallel).toBe(1);
  expect(configOf({ env: { NX_PARALLEL: '3' } }).parallel).toBe(3);
  expect(configOf({ env: { NX_PARALLEL: '3', LARDER_PARALLEL: '6' } }).parallel).toBe(6);
});

test('whatever is wrong with parallel, the message says what is allowed', () => {
  for (const parallel of [0, -1, 1.5, 'many', null]) {
    expect(parse({ larder: { parallel } })[1]).toMatchObject([
      { allowed: expect.stringContaining('a share of the cores') },
    ]);
  }
});

test('an address with a port that cannot be is refused', () => {
  expect(problemsOf({ larder: { remote: { url: 'http://c.example:99999' } } })).toEqual([
    '3:12 larder.json remote.url: "http://c.example:99999"',
  ]);
});

test.each([
  ['https://me:secret@c.example/x', '"https://…@c.example/x"'],
  ['https://secret@c.example', '"https://…@c.example"'],
  ['me:secret@c.example', '"me:…@c.example"'],
  ['https://c.example/x?token=secret', '"https://c.example/x?…"'],
  ['https://me:sec/ret@c.example#secret', '"https://…@c.example?…"'],
])('what an address says of who asks is in no message: %s', (url, found) => {
  expect(parse({ larder: { remote: { url } } })[1]).toMatchObject([{ code: 'invalid-value', found }]);
  expect(parse({ env: { LARDER_REMOTE_URL: url } })[1]).toMatchObject([{ code: 'invalid-value', found }]);
});

test('the environment wins over the file, and an empty variable counts as not set', () => {
  const remote = { url: 'https://a.example', token: 'file', mode: 'read-only' };
  const env = {
    LARDER_REMOTE_URL: 'http://127.0.0.1:7/x/',
    LARDER_REMOTE_TOKEN: 'env',
    LARDER_REMOTE_MODE: 'read-write',
  };
  expect(configOf({ larder: { remote }, env }).remote).toMatchObject({
    url: 'http://127.0.0.1:7/x',
    token: 'env',
    mode: 'read-write',
  });
  expect(configOf({ larder: { remote }, env: { LARDER_REMOTE_URL: '', LARDER_REMOTE_MODE: '' } }).remote).toMatchObject(
    {
      url: 'https://a.example',
      mode: 'read-only',
    },
  );
  expect(configOf({ larder: { remote }, env: { LARDER_REMOTE_MODE: 'off' } }).remote).toBeNull();
  expect(configOf({ larder: { remote: { ...remote, mode: 'off' } } }).remote).toBeNull();
  expect(configOf({ env: { LARDER_CACHE_DIRECTORY: '/var/cache/larder/' } }).cacheDirectory).toBe('/var/cache/larder');
});

test('the terminal interface is never chosen in CI', () => {
  expect(configOf({ larder: { outputStyle: 'tui' } }).outputStyle).toBe('tui');
  expect(configOf({ larder: { outputStyle: 'tui' }, ci: true }).outputStyle).toBeNull();
});

test('all problems are reported at once, with line and column', () => {
  const text = `{
  "namedInputs": { "a": ["src/**"] },
  "targetDefaults": { "build": { "cache": "yes" } },
  "larder": {
    "paralel": 3,
    "remote": { "url": "ftp://x", "tokn": "y" },
    "envMode": "tight",
    "plugins": [{ "plug": 1 }]
  }
}`;
  expect(problemsOf({ nx: {}, text })).toEqual([
    '6:24 nx.json larder.remote.url: "ftp://x"',
    '6:35 nx.json larder.remote.tokn? token',
    '8:17 nx.json larder.plugins[0]: an object',
    '7:16 nx.json larder.envMode: "tight"',
    '5:5 nx.json larder.paralel? parallel',
    '2:26 nx.json namedInputs.a[0]: "src/**"',
    '3:43 nx.json targetDefaults.build.cache: "yes"',
  ]);
});

test('a file that does not parse is reported as such, together with the environment', () => {
  expect(problemsOf({ nx: {}, text: '{ "larder": }', env: { LARDER_PARALLEL: 'lots' } })).toEqual([
    '1:13 invalid-syntax',
    'environment LARDER_PARALLEL: "lots"',
  ]);
});

test.each([[[]], [7], [null], [{ remote: [] }], [{ plugins: [{ plugin: 'x', options: [] }] }]])(
  '%j is no configuration',
  (larder) => {
    expect(problemsOf({ larder })).toHaveLength(1);
    expect(problemsOf({ nx: { larder } })).toHaveLength(1);
  },
);

test('an array is no configuration file', () => {
  expect(problemsOf({ larder: [] })).toEqual(['1:1 larder.json : an array']);
});

test.each(['.', './', '/', '..', '../x', 'a/../../b', 'a\\..\\b', ''])(
  '%j is no place for the cache',
  (cacheDirectory) => {
    expect(problemsOf({ larder: { cacheDirectory } })).toHaveLength(1);
  },
);

test.each(['ftp://x', 'cache.example', 'https://user:secret@cache.example', 'https://x?y', ''])(
  '%j is no address of a remote cache',
  (url) => {
    expect(problemsOf({ larder: { remote: { url } } })).toHaveLength(1);
  },
);

test('the value of a token is never shown', () => {
  expect(problemsOf({ larder: { remote: { token: 12345 } } })).toEqual(['3:14 larder.json remote.token: "***"']);
});

test('the mode of the remote can differ between CI and elsewhere', () => {
  const remote = { url: 'https://a.example', mode: { ci: 'read-write', local: 'read-only' } };
  expect(configOf({ larder: { remote }, ci: true }).remote?.mode).toBe('read-write');
  expect(configOf({ larder: { remote } }).remote?.mode).toBe('read-only');
  const off = { url: 'https://a.example', mode: { local: 'off' } };
  expect(configOf({ larder: { remote: off } }).remote).toBeNull();
});

test('keys of a scope may be one or several, and what is no key is refused', () => {
  const key = 'A'.repeat(43);
  const remote = { url: 'https://a.example', publicKeys: { main: key, 'pr/7': [key, key] } };
  expect(configOf({ larder: { remote } }).remote?.publicKeys).toEqual({ main: [key], 'pr/7': [key, key] });
  expect(problemsOf({ larder: { remote: { ...remote, publicKeys: {} } } })).toHaveLength(1);
  expect(problemsOf({ larder: { remote: { ...remote, publicKeys: { main: 'short' } } } })).toHaveLength(1);
});

test('limits of the local cache are sizes and ages, and the environment wins', () => {
  const cache = { maxSize: '2GB', maxAge: '12h' };
  expect(configOf({ larder: { cache } }).cache).toEqual({ maxSizeBytes: 2e9, maxAgeMs: 43_200_000 });
  const env = { LARDER_CACHE_MAX_SIZE: '1GB' };
  expect(configOf({ larder: { cache }, env }).cache.maxSizeBytes).toBe(1e9);
  expect(problemsOf({ larder: { cache: { maxSize: '0GB', maxAge: 'ages' } } })).toHaveLength(2);
});

test('larder.json lies over the nx.json beside it, name by name in inputs and defaults', () => {
  const beside = {
    parallel: 2,
    defaultBase: 'develop',
    plugins: ['@nx/js'],
    larder: { outputStyle: 'stream', envMode: 'strict' },
    namedInputs: { production: ['default'], docs: ['{projectRoot}/docs/**'] },
    targetDefaults: { build: { cache: true }, test: { cache: true } },
  };
  const own = {
    parallel: 5,
    outputStyle: 'static',
    namedInputs: { docs: [] },
    targetDefaults: { build: { cache: false } },
  };
  const [config, problems] = parseConfig({
    file: {
      path: asWorkspacePath('larder.json'),
      text: JSON.stringify(own),
      kind: 'larder',
      beside: {
        path: asWorkspacePath('nx.json'),
        text: JSON.stringify(beside),
        kind: 'nx',
        base: { name: 'base.json', text: '{ "targetDefaults": {} }' },
      },
    },
    env: {},
    availableParallelism: 8,
    ci: false,
  });
  expect(problems).toEqual([]);
  expect(config).toMatchObject({
    file: 'larder.json',
    base: 'base.json',
    parallel: 5,
    defaultBase: 'develop',
    outputStyle: 'static',
    envMode: 'strict',
    nxPlugins: ['@nx/js'],
    targetDefaults: { build: { cache: false }, test: { cache: true } },
  });
  expect(Object.keys(config.namedInputs)).toEqual(['production', 'docs']);
  expect(config.namedInputs['docs']).toEqual([]);
});

test('problems of both files are reported, each with its file', () => {
  const nx = { path: asWorkspacePath('nx.json'), text: '{ "parallel": -1 }', kind: 'nx' as const };
  const file = { path: asWorkspacePath('larder.json'), text: '{ "paralel": 1 }', kind: 'larder' as const, beside: nx };
  const [, problems] = parseConfig({ file, env: {}, availableParallelism: 8, ci: false });
  expect(problems.map(describe)).toEqual(['1:3 larder.json paralel? parallel', '1:15 nx.json parallel: -1']);
});
