import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import type { FileTree } from './support/make-workspace.ts';
import { adoptedNxWorkspace, packedNxWorkspace } from './support/nx-mode2-workspace.ts';
import { freshNxCache, nx } from './support/nx-plugin-workspace.ts';
import { readNxMajor } from './support/nx-under-test.ts';

vi.setConfig({ testTimeout: 300_000 });

/** Writes down with what it was called, where, and in which environment. */
const show = `const { mkdirSync, writeFileSync } = require('node:fs');
const [name, ...args] = process.argv.slice(2);
const names = Object.keys(process.env).filter((each) => /^(FROM_|NX_TUI$|NX_STREAM_|NX_PREFIX_|FORCE_COLOR$)/.test(each));
const env = Object.fromEntries(names.toSorted().map((each) => [each, process.env[each]]));
const isEmptyPath = process.env.PATH.includes('/nowhere');
const folder = __dirname + '/packages/app/dist/' + name;
mkdirSync(folder, { recursive: true });
const cwd = process.cwd().replace(__dirname, '.');
writeFileSync(folder + '/shown.json', JSON.stringify({ args, cwd, env, isEmptyPath }, null, 1));
`;
const call = (name: string, rest = ''): string => `node show.cjs ${name} ${rest}`;

/** Options of nx:run-commands; what is unlike the others in each is what it is about. */
const options = {
  cwd: { command: 'node ../../show.cjs cwd', cwd: 'packages/app' },
  parts: { command: ['node', 'show.cjs', 'parts', '"a b"'] },
  series: { commands: ['mkdir -p packages/app/dist', call('series', 'one')], parallel: false },
  'series-failing': { commands: ['exit 4', call('series-failing')], parallel: false },
  failing: { command: 'exit 7' },
  args: { command: call('args'), args: '--one=1 --two "2 3"' },
  'args-list': { command: call('args-list'), args: ['--one=1', 'two'] },
  unknown: { command: call('unknown'), flavour: 'sweet sour', count: 3, flag: true, nested: { a: 1 } },
  'unknown-again': { command: call('unknown-again'), flavour: 'x', args: '--flavour=y' },
  named: {
    command: call('named', '{args.one} {args.two} {args.flavour} x{args.none}x'),
    args: '--one=1 --two=b',
    flavour: 'f',
  },
  'named-number': { command: call('named-number', '{args.one}'), args: '--one=007' },
  'named-path': { command: call('named-path', 'x{args.a.b}x'), args: '--a.b=3' },
  // Nx 20 leaves it as it stands.
  ...(readNxMajor() > 20 && { all: { command: call('all', '{args} end'), args: '--one=1' } }),
  'not-forwarded': { command: call('not-forwarded'), args: '--one=1', forwardAllArgs: false },
  env: { command: call('env', '$FROM_OPTIONS'), env: { FROM_OPTIONS: 'o', FROM_PROCESS: 'o' } },
  'env-file': { command: call('env-file'), envFile: 'own.env', env: { FROM_BOTH: 'option' } },
  'env-path': { command: call('env-path'), env: { PATH: '/nowhere' } },
  color: { command: call('color'), color: true },
  parallel: { commands: [call('parallel', 'one'), 'true'] },
  'parallel-failing': { commands: ['exit 3', 'sleep 0.2'] },
  substituted: { command: call('substituted', '$HOME "$(echo two)"') },
};
const targets = Object.keys(options);

const files: FileTree = {
  'show.cjs': show,
  'own.env': 'FROM_FILE=file\nFROM_PROCESS=file\nFROM_BOTH=file\nFROM_OTHERS=${FROM_PROCESS}-x\n',
  '.env': 'FROM_ROOT=1\n',
  'packages/app/.env': 'FROM_PROJECT=1\n',
  'packages/app/project.json': {
    name: 'app',
    targets: Object.fromEntries(
      Object.entries(options).map(([name, each]) => [
        name,
        { executor: 'nx:run-commands', cache: true, outputs: [`{projectRoot}/dist/${name}`], options: each },
      ]),
    ),
  },
};

interface Outcome {
  readonly exitCode: number | null;
  readonly failed: readonly string[];
  readonly shown: Readonly<Record<string, unknown>>;
}

async function runAll(root: string, args: readonly string[]): Promise<Outcome> {
  const run = await nx(root, ['run-many', '-t', ...targets, '--output-style=static', ...args], {
    ...freshNxCache(),
    FROM_PROCESS: 'process',
  });
  const list = /Failed tasks:([^]*)/.exec(run.stdout)?.[1] ?? '';
  const failed = [...list.matchAll(/- app:(\S+)/g)].map(([, name = '']) => name).toSorted();
  const reports = globSync('packages/app/dist/*/shown.json', { cwd: root }).toSorted();
  const shown = Object.fromEntries(
    reports.map((file) => [file, JSON.parse(readFileSync(join(root, file), 'utf8')) as unknown]),
  );
  return { exitCode: run.exitCode, failed, shown };
}

test.each([
  ['alone', []],
  ['with words after --', ['--', '--given=one', 'a b', '--env.FROM_OPTIONS=given']],
  ['with named values after --', ['--', '--args=--one=9']],
])('commands of nx:run-commands do in a batch what they do in Nx, %s', async (_, args) => {
  const plain = packedNxWorkspace({ ...files, 'nx.json': { plugins: [] } });
  const adopted = await adoptedNxWorkspace({ ...files, 'nx.json': { plugins: ['@larder/nx'] } });
  const expected = await runAll(plain, args);
  expect(Object.keys(expected.shown).length).toBeGreaterThan(10);
  expect(await runAll(adopted, args)).toEqual(expected);
});
