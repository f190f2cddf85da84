import { expect, test } from 'vitest';
import { join } from 'node:path';
import { layeredWorkspace, makeWorkspace, type FileTree } from './support/make-workspace.ts';
import { repositoryRoot } from './support/run-larder.ts';
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
