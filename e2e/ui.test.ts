import { expect, test } from 'vitest';
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { layeredWorkspace, makeWorkspace, type FileTree } from './support/make-workspace.ts';
import { larder, repositoryRoot } from './support/run-larder.ts';
import { hasTmux, TmuxTerminal, type TmuxOptions } from './support/tmux-terminal.ts';

// The built `larder` in a real terminal. Tasks that have to last wait for ever, until a key ends them.

function run(cwd: string, args: readonly string[], options: Omit<TmuxOptions, 'cwd'>): TmuxTerminal {
  return new TmuxTerminal([join(repositoryRoot, 'tools', 'larder'), ...args], { ...options, cwd });
}

function packageWith(name: string, scripts: Readonly<Record<string, string>>): FileTree {
  return { [`packages/${name}/package.json`]: { name, version: '1.0.0', scripts } };
}

const forever = 'exec tail -f /dev/null';

test.skipIf(!hasTmux)(
  'a run is followed from a narrow terminal to a wide one and back, until a key stops its task',
  async () => {
    const root = layeredWorkspace(packageWith('slow', { build: `seq 1 300; ${forever}` }));
    const terminal = run(root, ['run-many', '-t', 'build'], { columns: 80, rows: 24 });
    const narrow = await terminal.shows(/3\/4[^]*❯ ● slow:build[^]*\n300$/m);
    expect(narrow).not.toContain('│');
    terminal.resize(200, 50);
    await terminal.shows(/❯ ● slow:build +\d+ s │[^]*│ 300\n/);
    terminal.press('g');
    await terminal.shows(/line 1 of 300[^]*│ 1\n/);
    terminal.resize(60, 15);
    expect(await terminal.shows(/❯ ● slow:build +\d+ s\n/)).not.toContain('│');
    terminal.resize(120, 30);
    await terminal.shows(/❯ ● slow:build +\d+ s │/);
    terminal.press('x', 'x');
    const end = await terminal.shows(/ended with 1/);
    expect(terminal.isAlternateScreen).toBe(false);
    expect(end).toContain('stopped by hand');
    expect(end).toContain('larder run slow:build');
  },
);

test.skipIf(!hasTmux)('a server is typed to, and ends with the run', async () => {
  const root = makeWorkspace({
    '.gitignore': 'node_modules\n',
    'package.json': { name: 'acme', private: true, workspaces: ['packages/*'] },
    'nx.json': { targetDefaults: { dev: { continuous: true }, check: { dependsOn: ['dev'] } } },
    ...packageWith('web', {
      dev: 'echo started; while read line; do echo "got $line"; done; echo no more',
      check: forever,
    }),
  });
  const terminal = run(root, ['run-many', '-t', 'dev', 'check'], { columns: 120, rows: 30 });
  await terminal.shows(/◆ web:dev[^]*● web:check/);
  terminal.press('f');
  terminal.type('dev');
  terminal.press('Enter', 'i');
  await terminal.shows(/to web:dev >/);
  terminal.type('rs');
  terminal.press('Enter');
  expect(await terminal.shows(/│ got rs/)).not.toContain('no more');
  terminal.press('C-c');
  await terminal.shows(/ended with 130/);
  expect(terminal.isAlternateScreen).toBe(false);
});

test.skipIf(!hasTmux)('a task is restarted in its place', async () => {
  const root = layeredWorkspace(packageWith('slow', { build: `echo round; ${forever}` }));
  const terminal = run(root, ['run-many', '-t', 'build'], { columns: 120, rows: 30 });
  await terminal.shows(/❯ ● slow:build[^]*│ round\n/);
  terminal.press('r');
  expect(await terminal.shows(/│ round\n[^]*│ round\n/)).toContain('slow:build is being restarted');
  terminal.press('q');
  await terminal.shows(/ended with 130/);
});

/** `app:build` needs `ui:build`, which fails until it is mended; `slow:build` keeps the run going. */
function brokenWorkspace(): string {
  const build = 'mkdir -p dist && cp state.txt dist/ && grep -q right state.txt';
  const ui = { name: 'ui', version: '1.0.0', dependencies: { core: '1.0.0' }, scripts: { build } };
  return layeredWorkspace({
    'packages/ui/package.json': ui,
    'packages/ui/state.txt': 'wrong\n',
    ...packageWith('slow', { build: forever }),
  });
}

test.skipIf(!hasTmux)('a task that failed is mended, executed again, and what was skipped runs', async () => {
  const root = brokenWorkspace();
  const terminal = run(root, ['run-many', '-t', 'build'], { columns: 120, rows: 30 });
  await terminal.shows(/✖ ui:build +exit 1[^]*- app:build +skipped/);
  writeFileSync(join(root, 'packages/ui/state.txt'), 'right\n');
  terminal.press('e', 'r');
  const screen = await terminal.shows(/3\/4[^]*Running 1[^]*Done 3 /);
  expect(screen).toMatch(/✔ app:build +\d/);
  // It was changed, and so it is no flake.
  expect(screen).toMatch(/✔ ui:build +\d/);
  expect(screen).not.toContain('✖');
  terminal.press('Escape', 'x', 'x');
  await terminal.shows(/ended with 1/);
  // What was mended is in the cache.
  const again = await larder(root, ['run', 'app:build', '--output-style', 'stream']);
  expect(again.stdout).toMatch(/app:build .*up to date/);
});

test.skipIf(!hasTmux)('what a restarted task produces counts anew for those that take it as input', async () => {
  const build = {
    executor: 'nx:run-commands',
    options: { command: 'mkdir -p dist && cp state.txt dist/', cwd: 'packages/ui' },
  };
  const check = { executor: 'nx:run-commands', options: { command: 'grep -q right packages/ui/dist/state.txt' } };
  const inputs = [{ dependentTasksOutputFiles: '**/*' }];
  const root = layeredWorkspace({
    ...packageWith('slow', { check: forever }),
    'packages/ui/project.json': {
      name: 'ui',
      targets: {
        build: { ...build, cache: true, outputs: ['{projectRoot}/dist'] },
        check: { ...check, cache: true, dependsOn: ['build'], inputs },
      },
    },
    'packages/ui/state.txt': 'wrong\n',
  });
  const terminal = run(root, ['run-many', '-t', 'check'], { columns: 120, rows: 30 });
  await terminal.shows(/✖ ui:check[^]*✔ ui:build/);
  writeFileSync(join(root, 'packages/ui/state.txt'), 'right\n');
  terminal.press('f');
  terminal.type('ui:build');
  terminal.press('Enter', 'r');
  await terminal.shows(/✔ ui:build[^]*ui:build is executed again/);
  terminal.press('Escape', 'e', 'r');
  await terminal.shows(/✔ ui:check +\d/);
  terminal.press('C-c');
  await terminal.shows(/ended with 130/);
  // What passed on the mended file is no answer for the broken one.
  writeFileSync(join(root, 'packages/ui/state.txt'), 'wrong\n');
  expect((await larder(root, ['run', 'ui:check', '--output-style', 'stream'])).exitCode).toBe(1);
});

/** Runs in a terminal until the next run would be told from memory: only such a one logs nothing. */
const untilRemembered = 'until "$LARDER" run-many -t build --verbose 2>run.log && ! [ -s run.log ]; do :; done';

test.skipIf(!hasTmux)(
  'a task that was taken from memory is stored as what it is made of when it is restarted',
  async () => {
    const root = layeredWorkspace(packageWith('slow', { build: `[ ! -e ../../hold.log ] || ${forever}` }));
    const script = `${untilRemembered}; touch hold.log packages/slow/new; "$LARDER" run-many -t build --verbose 2>run.log`;
    const env = { LARDER: join(repositoryRoot, 'tools', 'larder'), LARDER_DAEMON: 'off' };
    const terminal = new TmuxTerminal(['sh', '-c', script], { columns: 120, rows: 30, cwd: root, env });
    await expect.poll(() => existsSync(join(root, 'hold.log')), { timeout: 60_000 }).toBe(true);
    await terminal.shows(/3\/4[^]*● slow:build/);
    expect(readFileSync(join(root, 'run.log'), 'utf8')).toContain('3 tasks are as they were');
    const source = join(root, 'packages/app/src/index.txt');
    writeFileSync(source, 'edited\n');
    terminal.press('f');
    terminal.type('app:build');
    terminal.press('Enter', 'r');
    await terminal.shows(/✔ app:build +\d/);
    terminal.press('C-c');
    await terminal.shows(/ended with 130/);
    const build = ['run', 'app:build', '--output-style', 'stream'];
    expect((await larder(root, build)).stdout).toMatch(/app:build .*up to date/);
    writeFileSync(source, 'app v1\n');
    expect((await larder(root, build)).stdout).toMatch(/app:build .*cache/);
    expect(readFileSync(join(root, 'packages/app/dist/index.txt'), 'utf8')).toBe('app v1\n');
  },
);

test.skipIf(!hasTmux)('the view stays after the last task where that is asked for', async () => {
  const root = layeredWorkspace({
    ...packageWith('flaky', { build: '[ -e ../../passes ]' }),
    ...packageWith('slow', { build: 'until [ -e ../../go ]; do sleep 0.05; done' }),
  });
  appendFileSync(join(root, '.gitignore'), 'passes\ngo\n');
  const terminal = run(root, ['run-many', '-t', 'build'], { columns: 120, rows: 30 });
  await terminal.shows(/✖ flaky:build[^]*● slow:build/);
  terminal.press('h');
  await terminal.shows(/this view stays when all is done, until q/);
  writeFileSync(join(root, 'go'), '');
  await terminal.shows(/all is done, q leaves[^]*✖ flaky:build/);
  writeFileSync(join(root, 'passes'), '');
  terminal.press('e', 'r');
  await terminal.shows(/all is done, q leaves[^]*✔ flaky:build +flaky, attempt 2/);
  terminal.press('q');
  const end = await terminal.shows(/ended with 0/);
  expect(end).toMatch(/flaky:build/);
  expect(terminal.isAlternateScreen).toBe(false);
});

test.skipIf(!hasTmux)('a task that asks is answered, and its result is stored nowhere', async () => {
  const ask = 'echo "which name?"; read name; [ -n "$name" ] && echo "hello $name" && cat';
  const root = layeredWorkspace({ ...packageWith('ask', { build: ask }), ...packageWith('slow', { build: forever }) });
  const terminal = run(root, ['run-many', '-t', 'build'], { columns: 120, rows: 30 });
  // Nobody knows of the question, so its input is empty and it does not wait.
  await terminal.shows(/✖ ask:build +exit 1/);
  terminal.press('e', 'i');
  await terminal.shows(/ask:build has ended: i again executes it anew, with an open input/);
  terminal.press('i');
  await terminal.shows(/which name\?\n[^]*● ask:build[^]*to ask:build >/);
  terminal.type('Ada');
  terminal.press('Enter');
  await terminal.shows(/│ hello Ada/);
  terminal.press('C-d');
  await terminal.shows(/✔ ask:build +\d/);
  terminal.press('C-c');
  await terminal.shows(/ended with 130/);
  const again = await larder(root, ['run', 'ask:build', '--output-style', 'stream']);
  expect(again.exitCode).toBe(1);
});

test.skipIf(!hasTmux || process.platform !== 'linux')('the header tells what runs now', async () => {
  const root = layeredWorkspace(packageWith('slow', { build: 'while :; do :; done' }));
  const terminal = run(root, ['run-many', '-t', 'build'], { columns: 200, rows: 50 });
  const screen = await terminal.shows(/cpu \d+\.\d\/\d+ mem \d[\d.]* MB.* load \d+\.\d .* free/);
  expect(screen.split('\n')[2]).toMatch(/^critical path core:build .* free$/);
  terminal.press('q');
  await terminal.shows(/ended with 130/);
});

test.skipIf(!hasTmux)('2,000 tasks are run, listed and filtered', async () => {
  const targets = Object.fromEntries(['a', 'b', 'c', 'd', 'e'].map((name) => [name, { executor: 'nx:noop' }]));
  const projects = Array.from({ length: 400 }, (_, index): [string, object] => {
    const name = `project-${String(index).padStart(3, '0')}`;
    return [`packages/${name}/project.json`, { name, targets }];
  });
  const root = makeWorkspace({
    'package.json': { name: 'acme', private: true },
    'nx.json': {},
    ...Object.fromEntries(projects),
    'packages/slow/project.json': { name: 'slow', targets: { a: { command: forever } } },
  });
  const terminal = run(root, ['run-many', '-t', 'a', 'b', 'c', 'd', 'e'], { columns: 80, rows: 24 });
  await terminal.shows(/2000\/2001[^]*Running 1\n❯ ● slow:a/);
  terminal.press('f');
  terminal.type('399 !target:a');
  expect(await terminal.shows(/Done 4\n(.*project-399:[b-e] .*\n){4}/)).not.toContain('project-399:a');
  terminal.press('Escape', 'x', 'x');
  await terminal.shows(/ended with 1/);
});

test.skipIf(!hasTmux)('nothing but ASCII and no style is written where they are refused', async () => {
  const root = layeredWorkspace(packageWith('slow', { build: forever }));
  const env = { NO_COLOR: '1', LARDER_ASCII: '1' };
  const terminal = run(root, ['run-many', '-t', 'build'], { columns: 80, rows: 24, env });
  expect(await terminal.shows(/> \* slow:build/)).toMatch(/^[\n -~]+$/);
  expect(terminal.readStyled()).not.toContain('\u001B');
  terminal.press('q');
  await terminal.shows(/ended with 130/);
});

test.skipIf(!hasTmux)('screen readers get lines on the normal screen', async () => {
  const terminal = run(layeredWorkspace(), ['run-many', '-t', 'build'], {
    columns: 80,
    rows: 40,
    env: { ACCESSIBLE: '1' },
  });
  const screen = await terminal.shows(/ended with 0/);
  expect(screen).toMatch(/core:build {2}executed in/);
  expect(screen).not.toContain('───');
});
