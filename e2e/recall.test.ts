import {
  chmodSync,
  existsSync,
  linkSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import {
  commitAll,
  git,
  layeredWorkspace,
  makeFolder,
  makeWorkspace,
  project,
  writeFiles,
} from './support/make-workspace.ts';
import { larder, larderEvents, type NdjsonRun } from './support/run-larder.ts';
import { isRecalled, settleRun } from './support/settle-run.ts';

// A run in which nothing changed is answered by what is remembered of the one before. Whatever changes, the answer
// has to be the one of a run that remembers nothing.

const build = ['run-many', '-t', 'build'];
const source = (name: string): string => `packages/${name}/src/index.txt`;
const all = (outcome: string) => ({ 'app:build': outcome, 'core:build': outcome, 'ui:build': outcome });
const appOnly = (outcome: string) => ({ ...all('up-to-date'), 'app:build': outcome });

const edits: readonly {
  readonly name: string;
  readonly edit: (root: string) => void;
  readonly outcomes: Readonly<Record<string, string>>;
}[] = [
  {
    name: 'a source is edited',
    edit: (root) => writeFiles(root, { [source('core')]: 'core v2\n' }),
    outcomes: all('executed'),
  },
  {
    name: 'a source is edited and keeps its size and times',
    edit: (root) => {
      const { atime, mtime } = statSync(join(root, source('app')));
      writeFiles(root, { [source('app')]: 'app v9\n' });
      utimesSync(join(root, source('app')), atime, mtime);
    },
    outcomes: appOnly('executed'),
  },
  {
    name: 'a file is touched',
    edit: (root) => utimesSync(join(root, source('app')), new Date(), new Date()),
    outcomes: all('up-to-date'),
  },
  {
    name: 'a file is added',
    edit: (root) => writeFiles(root, { 'packages/app/src/deep/new.txt': 'new' }),
    outcomes: appOnly('executed'),
  },
  {
    name: 'a file is renamed',
    edit: (root) =>
      renameSync(join(root, 'packages/app/src/deep/new.txt'), join(root, 'packages/app/src/deep/other.txt')),
    outcomes: appOnly('executed'),
  },
  {
    name: 'a file is deleted',
    edit: (root) => rmSync(join(root, 'packages/app/src/deep/other.txt')),
    outcomes: appOnly('restored:local'),
  },
  {
    name: 'a file becomes executable',
    edit: (root) => chmodSync(join(root, source('app')), 0o755),
    outcomes: appOnly('executed'),
  },
  {
    name: 'a link appears among the sources',
    edit: (root) => symlinkSync('src/index.txt', join(root, 'packages/app/link.txt')),
    outcomes: appOnly('executed'),
  },
  {
    name: 'outputs are deleted',
    edit: (root) => rmSync(join(root, 'packages/app/dist'), { recursive: true }),
    outcomes: appOnly('restored:local'),
  },
  {
    name: 'an output is edited',
    edit: (root) => writeFiles(root, { 'packages/app/dist/index.txt': 'mine' }),
    outcomes: appOnly('restored:local'),
  },
  {
    name: 'a stray file stands among the outputs',
    edit: (root) => writeFiles(root, { 'packages/app/dist/stray.txt': 'stray' }),
    outcomes: appOnly('restored:local'),
  },
  {
    name: 'the local cache is deleted',
    edit: (root) => rmSync(join(root, '.larder/cache'), { recursive: true }),
    outcomes: all('executed'),
  },
  {
    name: 'a manifest gets a dependency',
    edit: (root) => {
      const files = project('app', ['ui', 'core']);
      writeFiles(root, { 'packages/app/package.json': files['packages/app/package.json']! });
    },
    outcomes: appOnly('executed'),
  },
  {
    name: 'a project is added',
    edit: (root) => writeFiles(root, project('extra', [])),
    outcomes: { ...all('up-to-date'), 'extra:build': 'executed' },
  },
  {
    name: 'a project is deleted',
    edit: (root) => rmSync(join(root, 'packages/extra'), { recursive: true }),
    outcomes: all('up-to-date'),
  },
  {
    name: 'a rule begins to ignore a source',
    edit: (root) => writeFiles(root, { 'packages/app/.gitignore': 'link.txt\n' }),
    outcomes: appOnly('executed'),
  },
  {
    name: 'a configuration that git ignores appears',
    edit: (root) =>
      writeFiles(root, {
        '.git/info/exclude': 'larder.json\n',
        'larder.json': { targetDefaults: { build: { cache: true, outputs: [] } } },
      }),
    outcomes: all('executed'),
  },
];

test.each(['off', 'on'])(
  'whatever changes, nothing is recalled that does not stand any more, with the daemon %s',
  async (daemon) => {
    const root = layeredWorkspace();
    const options = { env: { LARDER_DAEMON: daemon } };
    onTestFinished(async () => void (await larder(root, ['daemon', 'stop'])));
    for (const { name, edit, outcomes } of edits) {
      const before = await settleRun(root, build, options);
      expect(new Set(Object.values(before.outcomes)), `before ${name}`).toEqual(new Set(['up-to-date']));
      edit(root);
      expect((await larderEvents(root, build, options)).outcomes, name).toEqual(outcomes);
    }
  },
);

test('the environment, the arguments and the folder are part of the question', async () => {
  const root = layeredWorkspace({
    'nx.json': {
      targetDefaults: { build: { inputs: ['default', { env: 'MODE' }], outputs: ['{projectRoot}/dist'], cache: true } },
    },
  });
  await settleRun(root, build);
  expect((await larderEvents(root, build, { env: { MODE: 'other' } })).outcomes).toEqual(all('executed'));
  expect((await larderEvents(root, [...build, '--', 'x'])).outcomes).toEqual(all('executed'));
  await settleRun(root, build);
  expect((await larderEvents(root, [...build, '-p', 'app'])).outcomes).toEqual({ 'app:build': 'up-to-date' });
});

test('configuration counts where it lies, outside of the workspace and behind links, too', async () => {
  const root = layeredWorkspace({ '.gitignore': 'node_modules\ndist\n*.log\nnx.json\nlarder.json\n' });
  const outside = makeFolder();
  const preset = (outputs: readonly string[]) => ({ targetDefaults: { build: { cache: true, outputs } } });
  writeFiles(outside, { 'base.json': preset(['{projectRoot}/dist']), 'larder.json': {} });
  writeFiles(root, { 'nx.json': { extends: join('..', basename(outside), 'base.json') } });
  symlinkSync(join(outside, 'larder.json'), join(root, 'larder.json'));
  await settleRun(root, build);
  writeFiles(outside, { 'base.json': preset(['{projectRoot}/dist', '{projectRoot}/more']) });
  expect((await larderEvents(root, build)).outcomes).toEqual(all('executed'));
  await settleRun(root, build);
  writeFiles(outside, { 'larder.json': preset([]) });
  expect((await larderEvents(root, build)).outcomes).toEqual(all('executed'));
});

test('a file that has another name outside is looked at whatever the daemon saw', async () => {
  const root = layeredWorkspace();
  const options = { env: { LARDER_DAEMON: 'on' } };
  onTestFinished(async () => void (await larder(root, ['daemon', 'stop'])));
  const outside = join(makeFolder(), 'name.txt');
  linkSync(join(root, source('app')), outside);
  await settleRun(root, build, options);
  await settleRun(root, build, options);
  writeFileSync(outside, 'written elsewhere');
  expect((await larderEvents(root, build, options)).outcomes).toEqual(appOnly('executed'));
});

test('every link on the way to a configuration counts, and what appears where one points', async () => {
  const root = layeredWorkspace({ '.gitignore': 'node_modules\ndist\n*.log\nlarder.json\n' });
  const outside = makeFolder();
  const preset = (outputs: readonly string[]) => ({ targetDefaults: { build: { cache: true, outputs } } });
  writeFiles(outside, { '1/larder.json': preset(['{projectRoot}/dist']), '2/larder.json': preset([]) });
  const pointTo = (target: string): void => {
    rmSync(join(outside, 'current'), { force: true });
    symlinkSync(target, join(outside, 'current'));
  };
  pointTo('1');
  symlinkSync(join(outside, 'current', 'larder.json'), join(root, 'larder.json'));
  const hashOfApp = ({ events }: NdjsonRun): unknown =>
    events.find((event) => event['type'] === 'task-settled' && event['task'] === 'app:build')?.['hash'];
  const first = hashOfApp(await settleRun(root, build));
  pointTo('2');
  const second = hashOfApp(await larderEvents(root, build));
  expect(second).not.toBe(first);
  await settleRun(root, build);
  rmSync(join(outside, 'current'));
  // A link to nothing cannot be read.
  expect((await larderEvents(root, build)).exitCode).toBe(2);
  pointTo('1');
  expect(hashOfApp(await larderEvents(root, build))).toBe(first);
});

test('where git keeps the executable bits, a recalled run stands only while git says the same', async () => {
  const root = layeredWorkspace();
  git(root, 'config', 'core.fileMode', 'false');
  await settleRun(root, build);
  git(root, 'update-index', '--chmod=+x', source('app'));
  expect((await larderEvents(root, build)).outcomes).toEqual(appOnly('executed'));
});

test('files that git ignores and turbo.json names count, also those that are not there yet', async () => {
  const inputs = ['$TURBO_DEFAULT$', '.env*'];
  const root = makeWorkspace({
    '.gitignore': 'node_modules\ndist\n*.log\n.env*\n',
    'package.json': { name: 'acme', private: true, workspaces: ['packages/*'], packageManager: 'npm@11.0.0' },
    'turbo.json': { tasks: { build: { inputs, outputs: ['dist/**'] } } },
    'tools/build.mjs': "import { mkdirSync } from 'node:fs';\nmkdirSync('dist', { recursive: true });\n",
    ...project('app', []),
  });
  const outcomeAfter = async (edit: () => void): Promise<unknown> => {
    await settleRun(root, build);
    edit();
    return (await larderEvents(root, build)).outcomes['app:build'];
  };
  const file = 'packages/app/.env.local';
  expect(await outcomeAfter(() => writeFiles(root, { [file]: 'A=1' }))).toBe('executed');
  expect(await outcomeAfter(() => writeFiles(root, { [file]: 'A=2' }))).toBe('executed');
  expect(await outcomeAfter(() => writeFiles(root, { 'packages/app/.env': '' }))).toBe('executed');
  expect(await outcomeAfter(() => rmSync(join(root, 'packages/app/.env')))).not.toBe('executed');
});

test('commands that are inputs are asked in every run, which is recalled while they say the same', async () => {
  const runtime = 'echo >> asked.log; cat says.log; test ! -s broken.log';
  const target = { inputs: ['default', { runtime }], outputs: ['{projectRoot}/dist'], cache: true };
  // Git ignores the logs: nothing but the command sees what they hold.
  const root = layeredWorkspace({
    'nx.json': { targetDefaults: { build: target } },
    'says.log': 'a',
    'broken.log': '',
  });
  const asked = (): number => readFileSync(join(root, 'asked.log'), 'utf8').length;
  const answerTo = async (said: string): Promise<NdjsonRun> => {
    writeFileSync(join(root, 'says.log'), said);
    return larderEvents(root, build);
  };
  const { hashes } = await settleRun(root, build);
  const before = asked();
  const recalled = await larderEvents(root, build);
  expect([isRecalled(recalled), recalled.outcomes, asked() - before]).toEqual([true, all('up-to-date'), 1]);
  expect((await answerTo('b')).outcomes).toEqual(all('executed'));
  expect((await larder(root, ['why', 'app:build'])).stdout).toContain('runtime');
  const back = await answerTo('a');
  // The outputs are the same ones.
  expect([back.outcomes, back.hashes]).toEqual([all('up-to-date'), hashes]);
  await settleRun(root, build);
  writeFileSync(join(root, 'broken.log'), 'broken');
  const failed = await larder(root, build);
  expect([failed.exitCode, failed.stderr]).toEqual([2, expect.stringContaining('runtime-input-failed')]);
  writeFileSync(join(root, 'broken.log'), '');
  expect(isRecalled(await larderEvents(root, build))).toBe(true);
});

test('a command that is an input and takes outputs away is noticed in the run that asks it', async () => {
  const runtime = 'test ! -s remove.log || rm -rf packages/app/dist';
  const target = { inputs: ['default', { runtime }], outputs: ['{projectRoot}/dist'], cache: true };
  const root = layeredWorkspace({ 'nx.json': { targetDefaults: { build: target } }, 'remove.log': '' });
  await settleRun(root, build);
  writeFileSync(join(root, 'remove.log'), 'now');
  expect((await larderEvents(root, build)).outcomes).toEqual(appOnly('restored:local'));
  expect(existsSync(join(root, 'packages/app/dist/index.txt'))).toBe(true);
});

test('what affects a branch is recalled until git says something else', async () => {
  const root = layeredWorkspace();
  git(root, 'switch', '-q', '-c', 'feature');
  writeFiles(root, { [source('ui')]: 'ui v2\n' });
  commitAll(root, 'change ui');
  const affected = ['affected', '-t', 'build'];
  const two = { 'app:build': 'up-to-date', 'core:build': 'up-to-date', 'ui:build': 'up-to-date' };
  expect((await settleRun(root, affected)).outcomes).toEqual(two);
  git(root, 'branch', '-f', 'main', 'feature');
  expect((await larder(root, affected)).stdout).toMatch(/nothing/i);
  git(root, 'branch', '-f', 'main', 'feature~1');
  expect((await settleRun(root, affected)).outcomes).toEqual(two);
});

test('an untracked file affects its project until a rule of the user ignores it', async () => {
  const root = layeredWorkspace();
  const home = makeFolder();
  const options = { env: { HOME: home, XDG_CONFIG_HOME: undefined } };
  const affected = ['affected', '-t', 'build'];
  const outcomes = async () => (await larderEvents(root, affected, options)).outcomes;
  writeFiles(root, { 'packages/app/notes.tmp': '1' });
  expect((await settleRun(root, affected, options)).outcomes).toMatchObject({ 'app:build': 'up-to-date' });
  writeFiles(home, { '.config/git/ignore': '*.tmp\n' });
  // Until what was written a moment ago is relied upon.
  for (let runs = 0; runs < 3; runs += 1) expect(await outcomes()).toEqual({});
  writeFiles(home, { '.gitconfig': '[core]\n\texcludesFile = ~/rules\n' });
  expect(await outcomes()).toMatchObject({ 'app:build': 'up-to-date' });
  await settleRun(root, affected, options);
  writeFiles(home, { rules: '*.tmp\n' });
  expect(await outcomes()).toEqual({});
});

test('a dry run and an empty selection are recalled until they would say something else', async () => {
  const root = layeredWorkspace();
  const dry = ['run-many', '-t', 'build', '--dry-run=json'];
  const plan = async (): Promise<readonly string[]> => {
    const { stdout, exitCode } = await larder(root, dry);
    expect(exitCode).toBe(0);
    const { tasks } = JSON.parse(stdout) as { tasks: readonly { id: string; cache: { kind: string } }[] };
    return tasks.map(({ id, cache }) => `${id} ${cache.kind}`);
  };
  const [misses, hits] = ['miss', 'hit'].map((kind) => ['app', 'core', 'ui'].map((name) => `${name}:build ${kind}`));
  await settleRun(root, ['run-many', '-t', 'build']);
  expect([await plan(), await plan()]).toEqual([hits, hits]);
  rmSync(join(root, '.larder/cache'), { recursive: true });
  expect([await plan(), await plan()]).toEqual([misses, misses]);
  await larderEvents(root, build);
  expect(await plan()).toEqual(hits);
  const affected = ['affected', '-t', 'build'];
  for (const _ of [1, 2]) expect((await larder(root, affected)).stdout).toMatch(/nothing/i);
  writeFiles(root, { [source('app')]: 'app v2\n' });
  expect((await larderEvents(root, affected)).outcomes).toMatchObject({ 'app:build': 'executed' });
});

test('a recalled run shows, exits and is recorded as any other', async () => {
  const root = layeredWorkspace();
  await settleRun(root, build);
  for (const style of ['static', 'stream', 'static-failures'] as const) {
    const args = [...build, '--output-style', style];
    const told = await larder(root, args);
    await settleRun(root, [...build, '--output-style', 'ndjson']);
    const again = await larder(root, args);
    const timeless = (text: string): string => text.replaceAll(/\d+(\.\d+)? ?m?s\b/g, 'T');
    expect(timeless(again.stdout)).toBe(timeless(told.stdout));
    expect(again.exitCode).toBe(0);
  }
  const { stdout } = await larder(root, ['stats', '--runs', '--json']);
  const { runs } = JSON.parse(stdout) as { runs: readonly unknown[] };
  expect(runs.length).toBeGreaterThan(4);
  expect(existsSync(join(root, '.larder/history.sqlite.pending'))).toBe(false);
});

test('a memo that is damaged is not believed', async () => {
  const root = layeredWorkspace();
  await settleRun(root, build);
  const folder = join(root, '.larder/state/memos');
  for (const name of readdirSync(folder).filter((each) => /^[0-9a-f]{32}$/.test(each))) {
    const bytes = readFileSync(join(folder, name));
    for (const damaged of [
      bytes.subarray(0, bytes.length >> 1),
      Buffer.alloc(0),
      Buffer.from(bytes).fill(1, 100, 140),
    ]) {
      writeFileSync(join(folder, name), damaged);
      const run = await larderEvents(root, build);
      expect([run.exitCode, run.outcomes]).toEqual([0, all('up-to-date')]);
    }
  }
});
