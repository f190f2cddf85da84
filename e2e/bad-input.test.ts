import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { layeredWorkspace, makeFolder, makeWorkspace, writeFiles } from './support/make-workspace.ts';
import { larder, larderEvents, repositoryRoot } from './support/run-larder.ts';

test('an unknown target suggests a near one', async () => {
  const run = await larder(layeredWorkspace(), ['run-many', '-t', 'biuld']);
  expect(run.exitCode).toBe(2);
  expect(run.stderr).toContain('error[unknown-target]');
  expect(run.stderr).toContain('build');
});

test.each([
  ['nx.json', {}, 'or add project.json files'],
  ['larder.json', {}, 'or add project.json files'],
  ['larder.json', { workspaces: ['packages/*', 'apps/*'] }, 'Without an nx.json, a project.json elsewhere makes no'],
  ['nx.json', { workspaces: ['packages/*'] }, 'or add project.json files'],
])('a workspace with %s and %j that has no projects is told how to get them', async (file, manifest, hint) => {
  const others = { ['workspaces' in manifest ? 'package.json' : 'other.json']: manifest };
  const root = makeWorkspace({ [file]: {}, ...others });
  for (const words of [['run-many'], ['affected'], ['run-many', '--filter', 'x']]) {
    const run = await larder(root, [...words, '-t', 'build']);
    expect(run.exitCode).toBe(2);
    expect(run.stderr).toContain('error[no-projects]');
    expect(run.stderr).toContain(hint);
    if (!('workspaces' in manifest)) continue;
    writeFiles(root, { 'tools/project.json': { targets: { build: { command: 'true' } } } });
    const isProject = file === 'nx.json';
    expect((await larder(root, ['run', 'tools:build'])).exitCode).toBe(isProject ? 0 : 2);
    if (isProject) return;
  }
});

test('an unknown project suggests a near one', async () => {
  const run = await larder(layeredWorkspace(), ['run', 'cor:build']);
  expect(run.exitCode).toBe(2);
  expect(run.stderr).toContain('error[unknown-project]');
  expect(run.stderr).toContain('core');
});

test('a target alone is answered with the task that it may mean, and with how to run it everywhere', async () => {
  const root = layeredWorkspace({ 'packages/core/package.json': { name: 'core', scripts: { lint: 'true' } } });
  const run = await larder(root, ['run', 'lint']);
  expect(run.exitCode).toBe(2);
  expect(run.stderr).toContain("error[unknown-task]: 'lint' names no task; did you mean 'core:lint'?");
  expect(run.stderr).toContain('larder run-many -t lint');
});

test('a cycle is printed as a path', async () => {
  const root = layeredWorkspace({
    'packages/core/package.json': {
      name: 'core',
      version: '1.0.0',
      scripts: { build: 'true' },
      dependencies: { app: '1.0.0' },
    },
  });
  const run = await larder(root, ['run-many', '-t', 'build']);
  expect(run.exitCode).toBe(2);
  expect(run.stderr).toContain('error[task-cycle]');
  expect(run.stderr).toMatch(/(\w+:build) -> \w+:build -> \w+:build -> \1/);
});

test('all syntax errors of all files are told at once, with line and column', async () => {
  const root = layeredWorkspace();
  writeFiles(root, {
    'packages/ui/package.json': '{ "name": "ui",,\n "x" }',
    'packages/core/project.json': '{\n  "name": core\n}',
  });
  const run = await larder(root, ['run-many', '-t', 'build']);
  expect(run.exitCode).toBe(2);
  expect(run.stderr).toMatch(/packages\/ui\/package\.json:1:\d+/);
  expect(run.stderr).toMatch(/packages\/core\/project\.json:2:\d+/);
});

type Spoil = (path: string) => void;

const asFolder: Spoil = (path) => mkdirSync(path);
const asCircle: Spoil = (path) => symlinkSync(path, path);
const asDanglingLink: Spoil = (path) => symlinkSync('nowhere', path);
const asUtf16: Spoil = (path) => writeFileSync(path, '\uFEFF{ "packages": ["packages/*"] }', 'utf16le');

/** A workspace whose tasks are defined by the file, or by none of the three. */
function workspaceOf(file: string) {
  const configured = ['nx.json', 'turbo.json', 'larder.json'].includes(file) ? file : 'other.json';
  return makeWorkspace({
    'package.json': { name: 'acme', private: true, workspaces: ['packages/*'] },
    'packages/a/package.json': { name: 'a', scripts: { build: 'echo built' } },
    [configured]: configured === 'turbo.json' ? { tasks: { build: {} } } : {},
  });
}

test.each<[string, string, Spoil, string]>([
  ['nx.json', 'a folder', asFolder, 'nx.json cannot be read: it is a folder'],
  ['nx.json', 'a circle', asCircle, 'nx.json cannot be read: it is a symbolic link that leads back to itself'],
  ['nx.json', 'a link to nothing', asDanglingLink, 'nx.json cannot be read: it is a symbolic link to something'],
  ['nx.json', 'UTF-16', asUtf16, 'nx.json cannot be parsed: it is written in UTF-16; save it as UTF-8'],
  ['larder.json', 'a folder', asFolder, 'larder.json cannot be read: it is a folder'],
  ['larder.json', 'a link to nothing', asDanglingLink, 'larder.json cannot be read: it is a symbolic link'],
  ['larder.json', 'a circle', asCircle, 'larder.json cannot be read: it is a symbolic link that leads back'],
  ['turbo.json', 'a circle', asCircle, 'turbo.json cannot be read: it is a symbolic link that leads back'],
  ['turbo.json', 'a link to nothing', asDanglingLink, 'turbo.json cannot be read: it is a symbolic link to something'],
  ['pnpm-workspace.yaml', 'UTF-16', asUtf16, 'pnpm-workspace.yaml cannot be parsed: it is written in UTF-16'],
])('a %s that is %s is a configuration error with its name and the cause', async (file, _, spoil, message) => {
  const root = workspaceOf(file);
  rmSync(join(root, file), { force: true });
  spoil(join(root, file));
  for (const command of [['run-many', '-t', 'build'], ['init'], ['show', 'projects']]) {
    const { exitCode, stderr } = await larder(root, command);
    expect([exitCode, stderr], command.join(' ')).toEqual([2, expect.stringContaining(message)]);
    expect(stderr).not.toContain(root);
  }
  expect((await larder(root, ['doctor'])).exitCode).toBeLessThan(2);
});

test('a package’s turbo.json that is a link to nothing is a configuration error', async () => {
  const root = workspaceOf('turbo.json');
  symlinkSync('nowhere', join(root, 'packages/a/turbo.json'));
  const run = await larder(root, ['run-many', '-t', 'build']);
  expect([run.exitCode, run.stderr]).toEqual([2, expect.stringContaining('packages/a/turbo.json cannot be read')]);
});

test.each<[string, string, Spoil]>([
  ['.gitattributes', 'a circle', asCircle],
  ['.gitattributes', 'a folder', asFolder],
  ['.gitignore', 'a circle', asCircle],
  ['.env', 'a folder', asFolder],
  ['.env', 'a circle', asCircle],
])('a %s that is %s is ignored, as its own tool ignores it', async (file, _, spoil) => {
  const root = workspaceOf(file);
  spoil(join(root, file));
  expect(await larder(root, ['run-many', '-t', 'build'])).toMatchObject({ exitCode: 0, stderr: '' });
});

test('larder init says which file of an Nx workspace it cannot edit', async () => {
  const root = workspaceOf('nx.json');
  mkdirSync(join(root, '.gitignore'));
  const { exitCode, stderr } = await larder(root, ['init', '--yes']);
  expect([exitCode, stderr]).toEqual([2, expect.stringContaining('.gitignore cannot be read: it is a folder')]);
});

test('a mistyped setting says where, what was found and what is allowed', async () => {
  const root = layeredWorkspace({ 'larder.json': '{\n  "parallel": "many",\n  "remot": {}\n}\n' });
  const run = await larder(root, ['run-many', '-t', 'build']);
  expect(run.exitCode).toBe(2);
  expect(run.stderr).toMatch(/larder\.json:2:\d+/);
  expect(run.stderr).toContain('remote');
});

test('a declared output that was not produced is named, and the task still succeeds', async () => {
  const root = layeredWorkspace({
    'packages/core/package.json': { name: 'core', version: '1.0.0', scripts: { build: 'true' } },
  });
  const run = await larderEvents(root, ['run', 'core:build']);
  expect(run.exitCode).toBe(0);
  expect(JSON.stringify(run.events)).toContain('output-missing');
});

test('an output outside of the workspace is refused before anything runs', async () => {
  const root = layeredWorkspace({
    'nx.json': { targetDefaults: { build: { outputs: ['{workspaceRoot}/../elsewhere'], cache: true } } },
  });
  const run = await larder(root, ['run-many', '-t', 'build']);
  expect(run.exitCode).toBe(2);
  expect(run.stderr).toContain('error[output-outside-workspace]');
});

test('an input that cannot be read fails its task with the path', async ({ skip }) => {
  if (!plainUserCanRunLarder()) skip('run as root from a folder that nobody else may enter');
  const root = layeredWorkspace();
  chmodSync(join(root, 'packages/core/src/index.txt'), 0);
  const run = await larderEvents(root, ['run-many', '-t', 'build'], giveToPlainUser(root));
  expect(run.exitCode).toBe(1);
  expect(run.outcomes).toMatchObject({ 'core:build': 'failed', 'app:build': 'skipped' });
  expect(JSON.stringify(run.events)).toContain('packages/core/src/index.txt');
});

test('outputs that are no files, or have names that no archive can hold, keep their task from being stored, and say so', async () => {
  const scripts = {
    build: 'mkdir -p dist && echo 1 > dist/a',
    fifo: 'mkdir -p fifo && echo 1 > fifo/a && mkfifo fifo/pipe',
    line: `mkdir -p line && node -e "require('fs').writeFileSync('line/a\\nb', '')"`,
  };
  const targets = Object.keys(scripts).map((name) => [name, { cache: true, outputs: [`{projectRoot}/${name}`] }]);
  const root = makeWorkspace({
    '.gitignore': ['dist', ...Object.keys(scripts)].join('\n'),
    'package.json': { name: 'acme', private: true, workspaces: ['a'] },
    'a/package.json': { name: 'a', scripts },
    'larder.json': {
      targetDefaults: { ...Object.fromEntries(targets), build: { cache: true, outputs: ['{projectRoot}/dist'] } },
    },
  });
  const run = await larderEvents(root, ['run-many', '-t', ...Object.keys(scripts)]);
  expect(run.exitCode).toBe(0);
  const stored = run.events.filter(({ type }) => type === 'artifact-stored').map(({ task }) => task);
  const troubles = run.events.filter(({ type }) => type === 'cache-trouble');
  expect(stored).toEqual(['a:build']);
  expect(
    Object.fromEntries(troubles.map(({ task, code, detail }) => [task, `${String(code)}: ${String(detail)}`])),
  ).toEqual({
    'a:fifo': 'output-refused: "a/fifo/pipe" is neither a file, a directory nor a symbolic link',
    'a:line': 'output-refused: "a/line/a\nb": the path has a control character',
  });
  expect(readdirSync(join(root, '.larder/cache/v1/partial'))).toEqual([]);
});

test.each([
  ['a file', 'echo 1 > dist/no && chmod 0 dist/no', '"a/dist/no" cannot be read: permission denied'],
  ['a folder', 'mkdir -p dist/no && chmod 0 dist/no', '"a/dist/no" cannot be read: permission denied'],
  [
    'what is in a folder',
    'mkdir dist/no && echo 1 > dist/no/a && chmod 444 dist/no',
    '"a/dist/no/a" cannot be read: permission denied',
  ],
])('%s among the outputs that nobody may read is named, and the run goes on', async (_, command, detail) => {
  if (!plainUserCanRunLarder()) return;
  const root = makeWorkspace({
    '.gitignore': 'dist',
    'package.json': { name: 'acme', private: true, workspaces: ['a'] },
    'a/package.json': {
      name: 'a',
      scripts: { build: `chmod -R u+rwX dist; rm -rf dist && mkdir -p dist && ${command}` },
    },
    'larder.json': { targetDefaults: { build: { cache: true, outputs: ['{projectRoot}/dist'] } } },
  });
  const user = giveToPlainUser(root);
  for (let time = 0; time < 2; time += 1) {
    const run = await larderEvents(root, ['run', 'a:build'], user);
    expect(run).toMatchObject({ exitCode: 0, outcomes: { 'a:build': 'executed' } });
    const troubles = run.events.filter(({ type }) => type === 'cache-trouble');
    expect(troubles.map(({ code, detail: found }) => [code, found])).toContainEqual(['output-refused', detail]);
    expect(new Set(troubles.map(({ code }) => code))).toEqual(new Set(['output-refused']));
    expect(run.events.filter(({ type }) => type === 'artifact-stored')).toEqual([]);
  }
});

const nobody = 65534;

function plainUserCanRunLarder(): boolean {
  if (process.getuid?.() !== 0) return true;
  const version = spawnSync(join(repositoryRoot, 'tools/larder'), ['--version'], {
    uid: nobody,
    gid: nobody,
    cwd: '/',
  });
  return version.status === 0;
}

/** Root reads everything: as root, the workspace becomes that of a user without rights, who runs Larder. */
function giveToPlainUser(root: string): { readonly userId?: number } {
  if (process.getuid?.() !== 0) return {};
  execFileSync('chown', ['-R', `${nobody}:${nobody}`, root]);
  return { userId: nobody };
}

test('outside of any workspace the message says what was looked for', async () => {
  const run = await larder(makeFolder(), ['run-many', '-t', 'build']);
  expect(run.exitCode).toBe(2);
  expect(run.stderr).toContain('error[no-workspace]');
});

test('wrong flags and missing words are usage errors', async () => {
  const root = layeredWorkspace();
  expect((await larder(root, ['run-many'])).exitCode).toBe(2);
  expect((await larder(root, ['run-many', '-t', 'build', '--nonsense'])).exitCode).toBe(2);
  expect((await larder(root, ['nonsense'])).exitCode).toBe(2);
  expect((await larder(root, [])).exitCode).toBe(0);
});

test.each([
  [['run-many', '-t', 'build', '--graph'], 'x/none.json cannot be written: no such file or folder'],
  [['graph', '--file'], 'x/none.json cannot be written: no such file or folder'],
  [['cache', 'export'], 'x/none.json cannot be written: no such file or folder'],
  [['cache', 'import'], 'x/none.json cannot be read: no such file or folder'],
])('a file that cannot be used is named: %j', async (words, message) => {
  const run = await larder(layeredWorkspace(), [...words, 'x/none.json']);
  expect([run.exitCode, run.stderr]).toEqual([2, expect.stringContaining(message)]);
});

test.each([
  [['--files', 'a', '--base', 'main'], "'--files <files...>' cannot be used with option '--base <ref>'"],
  [['--uncommitted', '--untracked'], "'--uncommitted' cannot be used with option '--untracked'"],
  [['--stdin', '--head', 'main'], "'--stdin' cannot be used with option '--head <ref>'"],
])('two ways to say what changed contradict each other: %j', async (words, message) => {
  const run = await larder(layeredWorkspace(), ['affected', '-t', 'build', ...words]);
  expect([run.exitCode, run.stderr]).toEqual([2, expect.stringContaining(message)]);
});

test.each([['cache', 'nope'], ['daemon', 'nope'], ['help']])(
  'an unknown part of a command is no target: %j',
  async (...words) => {
    const run = await larder(layeredWorkspace(), words);
    expect([run.exitCode, run.stderr]).toEqual([2, expect.stringContaining('unknown command')]);
    expect(run.stderr).not.toContain('run-many -t');
  },
);

test.skipIf(!existsSync('/dev/full'))('output that a full disk does not take is no bug', () => {
  const sink = openSync('/dev/full', 'w');
  const run = spawnSync(join(repositoryRoot, 'tools/larder'), ['--help'], {
    stdio: ['ignore', sink, 'pipe'],
    encoding: 'utf8',
  });
  closeSync(sink);
  expect([run.status, run.stderr]).toEqual([1, expect.stringContaining('no space is left on the device')]);
});
