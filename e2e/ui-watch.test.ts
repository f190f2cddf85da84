import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeWorkspace } from './support/make-workspace.ts';
import { repositoryRoot } from './support/run-larder.ts';
import { hasTmux, TmuxTerminal } from './support/tmux-terminal.ts';

// `larder watch` in a real terminal, by the keys of its interactive view.

function start(): { root: string; terminal: TmuxTerminal; starts: (task: string) => number } {
  const log = 'echo "$npm_lifecycle_event" >> ../../starts.log';
  const root = makeWorkspace({
    '.gitignore': 'node_modules\n*.log\n',
    'package.json': { name: 'acme', private: true, workspaces: ['packages/*'] },
    'nx.json': {
      namedInputs: { default: ['{projectRoot}/**/*'] },
      targetDefaults: { build: { cache: true }, use: { cache: true, dependsOn: ['build'] }, dev: { continuous: true } },
    },
    'packages/web/package.json': {
      name: 'web',
      version: '1.0.0',
      scripts: {
        build: `${log}; grep -q right state.txt`,
        use: log,
        dev: `${log}; echo started; while read line; do echo "got $line"; done; echo over`,
      },
    },
    'packages/web/state.txt': 'wrong\n',
  });
  const larder = join(repositoryRoot, 'tools', 'larder');
  const terminal = new TmuxTerminal([larder, 'watch', '-t', 'build', 'use', 'dev'], {
    columns: 120,
    rows: 30,
    cwd: root,
  });
  const starts = (task: string): number =>
    readFileSync(join(root, 'starts.log'), 'utf8')
      .split('\n')
      .filter((line) => line === task).length;
  return { root, terminal, starts };
}

test.skipIf(!hasTmux)('a server is typed to, restarted and stopped between rounds', async () => {
  const { terminal, starts } = start();
  await terminal.shows(/✖ web:build[^]*◆ web:dev/);
  terminal.press('f');
  terminal.type('dev');
  terminal.press('Enter', 'i');
  await terminal.shows(/to web:dev >/);
  terminal.type('rs');
  terminal.press('Enter');
  await terminal.shows(/│ got rs/);
  terminal.press('Escape');
  expect(starts('dev')).toBe(1);
  terminal.press('r');
  await terminal.shows(/executed again → web:dev[^]*◆ web:dev[^]*│ started/);
  expect(starts('dev')).toBe(2);
  terminal.press('x', 'x');
  await terminal.shows(/web:dev was stopped[^]*✔ web:dev/);
  terminal.press('r');
  await terminal.shows(/◆ web:dev/);
  expect(starts('dev')).toBe(3);
  terminal.press('q');
  await terminal.shows(/ended with 130/);
});

test.skipIf(!hasTmux)('a task that failed is executed again, with what was skipped because of it', async () => {
  const { root, terminal, starts } = start();
  await terminal.shows(/✖ web:build[^]*- web:use/);
  terminal.press('e', 'r');
  await terminal.shows(/executed again → web:build[^]*✖ web:build[^]*- web:use/);
  expect(starts('build')).toBe(2);
  // What is mended is noticed by itself, as ever.
  writeFileSync(join(root, 'packages/web/state.txt'), 'right\n');
  await terminal.shows(/state\.txt → [^]*✔ web:use[^]*✔ web:build/);
  expect(starts('use')).toBe(1);
  // And what is done can be had once more.
  terminal.press('f');
  terminal.type('build');
  terminal.press('Enter', 'r');
  await terminal.shows(/executed again → web:build[^]*✔ web:build/);
  expect(starts('build')).toBe(4);
  expect(starts('use')).toBe(1);
  terminal.press('q');
  await terminal.shows(/ended with 130/);
});
