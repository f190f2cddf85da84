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
} from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { git, layeredWorkspace, makeFolder, project, writeFiles, type FileTree } from './support/make-workspace.ts';
import { larder, larderEvents, type NdjsonRun, type RunOptions } from './support/run-larder.ts';
import { isRecalled, settleRun } from './support/settle-run.ts';

// A run in which little changed takes the tasks that this does not concern from what is remembered of the run before.
// Whatever changes, hashes have to be those of a run that knows nothing of earlier ones.

const build = ['run-many', '-t', 'build', '--verbose'];
/** Each edit takes half a dozen runs, one after the other. */
const longMs = 300_000;
const alone = ['one', 'two', 'three', 'four', 'five'];

function makeWide(overrides: FileTree = {}): string {
  const others = Object.assign({}, ...alone.map((name) => project(name, []))) as FileTree;
  return layeredWorkspace({ ...others, 'packages/one/docs/a.md': '1', ...overrides });
}

/** How many tasks a run took from memory. */
function countTaken({ stderr }: NdjsonRun): number {
  return Number(/(\d+) tasks are as they were/.exec(stderr)?.[1] ?? 0);
}

/** The hashes of a command to which nothing is known. */
async function hashAnew(root: string): Promise<Readonly<Record<string, unknown>>> {
  const state = join(root, '.larder/state');
  renameSync(state, `${state}.aside`);
  const { stdout } = await larder(root, ['run-many', '-t', 'build', '--dry-run=json'], {
    env: { LARDER_DAEMON: 'off' },
  });
  rmSync(state, { recursive: true });
  renameSync(`${state}.aside`, state);
  const { tasks } = JSON.parse(stdout) as {
    tasks: readonly { id: string; hash: string; cache: { kind: string } }[];
  };
  // What was stored is what these inputs stand for.
  expect(tasks.map(({ cache }) => cache.kind)).toEqual(tasks.map(() => 'hit'));
  return Object.fromEntries(tasks.map(({ id, hash }) => [id, hash]));
}

interface Edit {
  readonly name: string;
  readonly edit: (root: string) => void;
  /** Tasks that cannot be up to date. */
  readonly touched: readonly string[];
  /** Whether others are taken from memory. */
  readonly takes: boolean;
}

const file = (name: string): string => `packages/${name}/src/index.txt`;
const edits: readonly Edit[] = [
  {
    name: 'a source is edited',
    edit: (root) => writeFiles(root, { [file('one')]: '2' }),
    touched: ['one'],
    takes: true,
  },
  {
    name: 'one below others is edited',
    edit: (root) => writeFiles(root, { [file('core')]: '2' }),
    touched: ['core', 'ui', 'app'],
    takes: true,
  },
  {
    name: 'a source keeps its size and times',
    edit: (root) => {
      const { atime, mtime } = statSync(join(root, file('two')));
      writeFiles(root, { [file('two')]: 'two v9\n' });
      utimesSync(join(root, file('two')), atime, mtime);
    },
    touched: ['two'],
    takes: true,
  },
  {
    name: 'sources of two projects are edited, one by a rename',
    edit: (root) => {
      writeFiles(root, { [file('one')]: '3', 'packages/two/src/.swap': '3' });
      renameSync(join(root, 'packages/two/src/.swap'), join(root, file('two')));
    },
    touched: ['one', 'two'],
    takes: true,
  },
  {
    name: 'files and folders are added',
    edit: (root) => writeFiles(root, { 'packages/one/src/deep/er/new.txt': '1', 'packages/one/new.txt': '1' }),
    touched: ['one'],
    takes: true,
  },
  {
    name: 'a folder is deleted',
    edit: (root) => rmSync(join(root, 'packages/one/src/deep'), { recursive: true }),
    touched: ['one'],
    takes: false,
  },
  {
    name: 'a file is deleted',
    edit: (root) => rmSync(join(root, 'packages/one/new.txt')),
    touched: ['one'],
    takes: true,
  },
  { name: 'a mode changes', edit: (root) => chmodSync(join(root, file('one')), 0o755), touched: ['one'], takes: true },
  {
    name: 'an output is edited',
    edit: (root) => writeFiles(root, { 'packages/one/dist/index.txt': 'x' }),
    touched: ['one'],
    takes: true,
  },
  {
    name: 'outputs are deleted',
    edit: (root) => rmSync(join(root, 'packages/one/dist'), { recursive: true }),
    touched: ['one'],
    takes: true,
  },
  {
    name: 'a stray output appears',
    edit: (root) => writeFiles(root, { 'packages/one/dist/x/y': 'x' }),
    touched: ['one'],
    takes: true,
  },
  {
    name: 'a file that concerns nobody appears',
    edit: (root) => writeFiles(root, { 'NOTES.md': '1' }),
    touched: [],
    takes: true,
  },
  {
    name: 'a folder becomes a link to where it went',
    edit: (root) => {
      renameSync(join(root, 'packages/one/docs'), join(root, 'packages/one/texts'));
      symlinkSync('texts', join(root, 'packages/one/docs'));
    },
    touched: ['one'],
    takes: false,
  },
  {
    name: 'all projects become a link to where they went',
    edit: (root) => {
      renameSync(join(root, 'packages/two'), join(root, 'two'));
      symlinkSync('../two', join(root, 'packages/two'));
    },
    touched: [],
    takes: false,
  },
  {
    name: 'they come back',
    edit: (root) => {
      rmSync(join(root, 'packages/two'));
      renameSync(join(root, 'two'), join(root, 'packages/two'));
    },
    touched: [],
    takes: false,
  },
  {
    name: 'rules that are ignored themselves ignore a source',
    edit: (root) => {
      writeFiles(root, { '.git/info/exclude': '.gitignore\n' });
      git(root, 'rm', '-q', '--cached', '.gitignore');
    },
    touched: [],
    takes: false,
  },
  {
    name: 'such rules appear',
    edit: (root) => writeFiles(root, { 'packages/three/.gitignore': 'index.txt\n' }),
    touched: ['three'],
    takes: false,
  },
  {
    name: 'a manifest changes',
    edit: (root) => writeFiles(root, project('four', ['five'])),
    touched: ['four'],
    takes: false,
  },
  {
    name: 'a project is added',
    edit: (root) => writeFiles(root, project('extra', [])),
    touched: ['extra'],
    takes: false,
  },
  {
    name: 'a project is deleted',
    edit: (root) => rmSync(join(root, 'packages/extra'), { recursive: true }),
    touched: [],
    takes: false,
  },
  {
    name: 'an entry of the cache is deleted',
    edit: (root) => {
      rmSync(join(root, '.larder/cache'), { recursive: true });
      writeFiles(root, { [file('five')]: '4' });
    },
    touched: ['app', 'core', 'ui', ...alone],
    takes: false,
  },
  {
    name: 'a configuration appears',
    edit: (root) => writeFiles(root, { 'larder.json': { targetDefaults: { build: { cache: true, outputs: [] } } } }),
    touched: ['app', 'core', 'ui', ...alone],
    takes: false,
  },
];

/**
 * Leaves a memo of a run that found all but a few tasks up to date and nothing else to go by: of the tasks that were
 * executed it says nothing.
 */
async function rememberPart(root: string, files: FileTree, options: RunOptions): Promise<NdjsonRun> {
  await settleRun(root, build, options);
  rmSync(join(root, '.larder/state/memos'), { recursive: true });
  writeFiles(root, files);
  const run = await larderEvents(root, build, options);
  expect(countTaken(run)).toBe(0);
  return run;
}

let version = 0;
const memories = {
  whole: (root: string, options: RunOptions) => settleRun(root, build, options),
  part: (root: string, options: RunOptions) => rememberPart(root, { [file('five')]: `v${++version}` }, options),
};

test.each([
  ['off', 'whole'],
  ['on', 'whole'],
  ['off', 'part'],
  ['on', 'part'],
] as const)(
  'only what a change does not concern is taken from memory, with the daemon %s and a memo of the %s',
  async (daemon, memory) => {
    const root = makeWide();
    const options = { env: { LARDER_DAEMON: daemon } };
    onTestFinished(async () => void (await larder(root, ['daemon', 'stop'])));
    for (const { name, edit, touched, takes } of edits) {
      await memories[memory](root, options);
      edit(root);
      const run = await larderEvents(root, build, options);
      expect(run.exitCode, name).toBe(0);
      expect(countTaken(run) > 0, `${name}: ${countTaken(run)} taken`).toBe(takes);
      for (const one of touched) expect(run.outcomes[`${one}:build`], name).not.toBe('up-to-date');
      expect(run.hashes, name).toEqual(await hashAnew(root));
    }
  },
  longMs,
);

/** What each edit of dotenv files makes of `one`, whose variable they set; git ignores them. */
const dotenvEdits: readonly (readonly [string, (root: string) => void, string])[] = [
  ['one appears at the root', (root) => writeFiles(root, { '.env': 'STAGE=a\n' }), 'executed'],
  ['it says something else', (root) => writeFiles(root, { '.env': 'STAGE=$BASE-b\n' }), 'executed'],
  [
    'one of the project comes before it',
    (root) => writeFiles(root, { 'packages/one/.build.env': 'STAGE=c\n' }),
    'executed',
  ],
  ['what comes after it does not count', (root) => writeFiles(root, { '.env': 'STAGE=d\n' }), 'up-to-date'],
  ['another variable is set', (root) => writeFiles(root, { 'packages/one/.env.local': 'OTHER=a\n' }), 'up-to-date'],
  [
    'they go',
    (root) => ['.env', 'packages/one/.build.env'].forEach((path) => rmSync(join(root, path))),
    'restored:local',
  ],
];

/** Projects whose tasks see a variable that dotenv files set. */
function makeStaged(): string {
  const inputs = ['default', { env: 'STAGE' }];
  return makeWide({
    '.gitignore': 'node_modules\ndist\n*.log\n.*env*\n',
    'nx.json': { targetDefaults: { build: { inputs, outputs: ['{projectRoot}/dist'], cache: true } } },
    'tools/build.mjs':
      "import { mkdirSync, writeFileSync } from 'node:fs';\nmkdirSync('dist', { recursive: true });\nwriteFileSync('dist/mode', `${process.env.STAGE}`);\n",
  });
}

test.each(['off', 'on'])(
  'a variable of a dotenv file counts by what the task sees of it, with the daemon %s',
  async (daemon) => {
    const root = makeStaged();
    const options = { env: { LARDER_DAEMON: daemon } };
    onTestFinished(async () => void (await larder(root, ['daemon', 'stop'])));
    for (const [name, edit, outcome] of dotenvEdits) {
      await settleRun(root, build, options);
      edit(root);
      const run = await larderEvents(root, build, options);
      expect(run.outcomes['one:build'], name).toBe(outcome);
      expect(run.hashes, name).toEqual(await hashAnew(root));
    }
    expect(readFileSync(join(root, 'packages/one/dist/mode'), 'utf8')).toBe('undefined');
    writeFiles(root, { 'packages/one/.env': 'STAGE=a\n' });
    const env = { ...options.env, STAGE: 'mine' };
    expect((await larderEvents(root, build, { env })).outcomes['one:build']).toBe('executed');
    expect(readFileSync(join(root, 'packages/one/dist/mode'), 'utf8')).toBe('mine');
  },
  longMs,
);

test('a dotenv file still counts after a run that took every task that sees it', async () => {
  const root = makeStaged();
  writeFiles(root, { 'packages/one/.env': 'STAGE=a\n' });
  const options = { env: { LARDER_DAEMON: 'off' } };
  await settleRun(root, build, options);
  writeFiles(root, { 'NOTES.md': '1' });
  await settleRun(root, build, options);
  writeFiles(root, { 'packages/one/.env': 'STAGE=b\n' });
  const run = await larderEvents(root, build, options);
  expect(run.outcomes['one:build']).toBe('executed');
  expect(readFileSync(join(root, 'packages/one/dist/mode'), 'utf8')).toBe('b');
});

const daemonOff: RunOptions = { env: { LARDER_DAEMON: 'off' } };

test.each(['off', 'on'])(
  'tasks that a run found up to date beside others are taken by the next, and the others are looked at, with the daemon %s',
  async (daemon) => {
    const root = makeWide();
    const options = { env: { LARDER_DAEMON: daemon } };
    onTestFinished(async () => void (await larder(root, ['daemon', 'stop'])));
    const first = await rememberPart(root, { [file('one')]: '2', [file('two')]: '2' }, options);
    expect([first.outcomes['one:build'], first.outcomes['two:build']]).toEqual(['executed', 'executed']);
    const write = (files: FileTree) => () => writeFiles(root, files);
    const changes: readonly (readonly [string, () => void, Readonly<Record<string, string>>, number])[] = [
      ['the same source', write({ [file('one')]: '3' }), { 'one:build': 'executed' }, 6],
      ['its output', write({ 'packages/one/dist/index.txt': 'x' }), { 'one:build': 'restored:local' }, 6],
      ['another source', write({ [file('three')]: '2' }), { 'three:build': 'executed' }, 5],
      // Enough has been looked at again to be remembered instead.
      ['one that was not remembered at first', write({ [file('one')]: '4' }), { 'one:build': 'executed' }, 6],
      [
        'another output goes',
        () => rmSync(join(root, 'packages/two/dist'), { recursive: true }),
        { 'two:build': 'restored:local' },
        5,
      ],
    ];
    for (const [name, edit, expected, taken] of changes) {
      edit();
      const run = await larderEvents(root, build, options);
      const outcomes = Object.fromEntries(Object.keys(run.outcomes).map((task) => [task, 'up-to-date']));
      expect(run.outcomes, name).toEqual({ ...outcomes, ...expected });
      expect(countTaken(run), name).toBe(taken);
      expect(run.hashes, name).toEqual(await hashAnew(root));
    }
  },
  longMs,
);

test('where nothing changed since, all is found up to date, which is remembered as a whole', async () => {
  const root = makeWide();
  await rememberPart(root, { [file('one')]: '2' }, daemonOff);
  const run = await larderEvents(root, build, daemonOff);
  expect(new Set(Object.values(run.outcomes))).toEqual(new Set(['up-to-date']));
  expect([isRecalled(run), countTaken(run)]).toEqual([false, 7]);
  await settleRun(root, build, daemonOff);
});

test.each<[string, FileTree, number]>([
  // Whichever comes first, the write or the hash of the other.
  ['beside it', {}, 6],
  // By then it is up to date; nothing is stored that counts what moved, and nothing remembered of such a run.
  ['after it', project('two', ['four']), 0],
])('what a task does to the sources of another project %s is noticed by the next run', async (_name, order, taken) => {
  const root = makeWide({
    ...order,
    'packages/four/src/old.txt': '1',
    'tools/build.mjs': `
import { cpSync, existsSync, rmSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
rmSync('dist', { recursive: true, force: true });
cpSync('src', 'dist', { recursive: true });
if (existsSync('src/push.txt') && basename(process.cwd()) === 'two') {
  writeFileSync('../four/src/new.txt', '1');
  rmSync('../four/src/old.txt', { force: true });
}
`,
  });
  const first = await rememberPart(root, { 'packages/two/src/push.txt': '1' }, daemonOff);
  expect(first.outcomes['two:build']).toBe('executed');
  const run = await larderEvents(root, build, daemonOff);
  expect(countTaken(run)).toBe(taken);
  expect(readdirSync(join(root, 'packages/four/dist')).sort()).toEqual(['index.txt', 'new.txt']);
  expect(run.hashes).toEqual(await hashAnew(root));
});

test('a run with a failure is remembered without what failed', async () => {
  const root = makeWide({
    'tools/build.mjs':
      "import { existsSync, cpSync } from 'node:fs';\nif (existsSync('src/broken.txt')) process.exit(1);\ncpSync('src', 'dist', { recursive: true });\n",
  });
  await settleRun(root, build, daemonOff);
  rmSync(join(root, '.larder/state/memos'), { recursive: true });
  writeFiles(root, { 'packages/ui/src/broken.txt': '' });
  for (const taken of [0, 5, 5]) {
    const run = await larderEvents(root, build, daemonOff);
    expect([run.exitCode, run.outcomes['ui:build'], run.outcomes['app:build']]).toEqual([1, 'failed', 'skipped']);
    expect(countTaken(run)).toBe(taken);
  }
  rmSync(join(root, 'packages/ui/src/broken.txt'));
  const run = await larderEvents(root, build, daemonOff);
  expect(new Set(Object.values(run.outcomes))).toEqual(new Set(['up-to-date']));
  expect([run.exitCode, countTaken(run)]).toEqual([0, 5]);
});

test('a project of which one task was executed has none taken that it builds on', async () => {
  const root = makeWide({ 'packages/one/test/a.txt': '1' });
  const inputs = ['{projectRoot}/src/**/*'];
  const targets = { build: { dependsOn: ['^build'], outputs: ['{projectRoot}/dist'], inputs, cache: true } };
  writeFiles(root, { 'nx.json': { targetDefaults: { ...targets, test: { dependsOn: ['build'], cache: true } } } });
  const both = ['run-many', '-t', 'build', 'test', '--verbose'];
  await settleRun(root, both, daemonOff);
  rmSync(join(root, '.larder/state/memos'), { recursive: true });
  writeFiles(root, { 'packages/one/test/a.txt': '2' });
  const first = await larderEvents(root, both, daemonOff);
  expect([first.outcomes['one:build'], first.outcomes['one:test']]).toEqual(['up-to-date', 'executed']);
  rmSync(join(root, 'packages/one/dist'), { recursive: true });
  const run = await larderEvents(root, both, daemonOff);
  expect([run.outcomes['one:build'], run.outcomes['one:test']]).toEqual(['restored:local', 'up-to-date']);
  expect(countTaken(run)).toBe(14);
});

test('a task that counts outputs of another is looked at where the other was executed', async () => {
  const inputs = ['default', { dependentTasksOutputFiles: '**/*' }];
  const root = makeWide({
    'nx.json': {
      namedInputs: { default: ['{projectRoot}/**/*'] },
      targetDefaults: { build: { dependsOn: ['^build'], inputs, outputs: ['{projectRoot}/dist'], cache: true } },
    },
  });
  // No file of `core` that is copied changes.
  const first = await rememberPart(root, { 'packages/core/notes.md': '1' }, daemonOff);
  expect([first.outcomes['core:build'], first.outcomes['ui:build']]).toEqual(['executed', 'up-to-date']);
  for (const text of ['2', '3']) {
    writeFiles(root, { [file('core')]: text });
    const run = await larderEvents(root, build, daemonOff);
    const outcomes = ['core', 'ui', 'app'].map((name) => run.outcomes[`${name}:build`]);
    // `ui` copies nothing of `core`, so that its outputs are the same again.
    expect(outcomes).toEqual(['executed', 'executed', 'up-to-date']);
    expect(countTaken(run)).toBe(5);
  }
});

test('it goes on while the same project is edited, and a task that fails is not taken for one that did not', async () => {
  const root = makeWide({
    'tools/build.mjs':
      "import { existsSync, cpSync } from 'node:fs';\nif (existsSync('src/broken.txt')) process.exit(1);\ncpSync('src', 'dist', { recursive: true });\n",
  });
  const options = { env: { LARDER_DAEMON: 'off' } };
  await settleRun(root, build, options);
  for (const text of ['2', '3', '4']) {
    writeFiles(root, { [file('one')]: text });
    const run = await larderEvents(root, build, options);
    expect([countTaken(run), run.outcomes['one:build']]).toEqual([7, 'executed']);
    expect(readFileSync(join(root, 'packages/one/dist/index.txt'), 'utf8')).toBe(text);
  }
  writeFiles(root, { 'packages/core/src/broken.txt': '' });
  for (let runs = 0; runs < 2; runs += 1) {
    const run = await larderEvents(root, build, options);
    expect([run.exitCode, run.outcomes['core:build'], run.outcomes['app:build']]).toEqual([1, 'failed', 'skipped']);
    expect(countTaken(run)).toBeGreaterThan(0);
  }
});

test('a link and a second name are what they lead to', async () => {
  const root = makeWide();
  const outside = makeFolder();
  writeFiles(outside, { 'shared.txt': '1' });
  linkSync(join(outside, 'shared.txt'), join(root, 'packages/one/src/shared.txt'));
  symlinkSync('../one/src/shared.txt', join(root, 'packages/two/shared.txt'));
  const options = { env: { LARDER_DAEMON: 'off' } };
  await settleRun(root, build, options);
  writeFiles(outside, { 'shared.txt': '2' });
  const run = await larderEvents(root, build, options);
  expect(run.outcomes['one:build']).toBe('executed');
  expect(run.hashes).toEqual(await hashAnew(root));
  expect(existsSync(join(root, 'packages/one/dist/shared.txt'))).toBe(true);
});
