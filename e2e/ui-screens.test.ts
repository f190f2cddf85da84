import { join } from 'node:path';
import { expect, test } from 'vitest';
import { repositoryRoot } from './support/run-larder.ts';
import { hasTmux, TmuxTerminal, type TmuxOptions } from './support/tmux-terminal.ts';

// Screens of the interactive view in a real terminal, as docs/ui.md shows them. The run stands still,
// so that they are the same each time. `vitest run --config e2e/vitest.config.ts ui-screens -u` draws
// them anew.

const screens = join(repositoryRoot, 'docs', 'screens');

function play(scenario: 'middle' | 'many', options: TmuxOptions, ...more: readonly string[]): TmuxTerminal {
  const player = join(repositoryRoot, 'e2e', 'support', 'play-ui.ts');
  // Node 22 warns of the TypeScript that it runs.
  const node = [process.execPath, '--disable-warning=ExperimentalWarning'];
  return new TmuxTerminal([...node, player, scenario, ...more], options);
}

function kept(name: string): string {
  return join(screens, `${name}.txt`);
}

test.skipIf(!hasTmux)('200x50: the list, and beside it the output of the first task that runs', async () => {
  const terminal = play('middle', { columns: 200, rows: 50 });
  await expect(await terminal.shows(/❯ ● charts:build[^]+module-180/)).toMatchFileSnapshot(kept('200x50'));
  expect(terminal.isAlternateScreen).toBe(true);
  expect(terminal.capturesMouse).toBe(false);
});

test.skipIf(!hasTmux)('80x24: the output stands below the list', async () => {
  const terminal = play('middle', { columns: 80, rows: 24 });
  await expect(await terminal.shows(/❯ ● charts:build[^]+module-180/)).toMatchFileSnapshot(kept('80x24'));
});

test.skipIf(!hasTmux)('60x15: one thing at a time, and Tab goes from one to the other', async () => {
  const terminal = play('middle', { columns: 60, rows: 15 });
  await expect(await terminal.shows(/❯ ● charts:build/)).toMatchFileSnapshot(kept('60x15'));
  terminal.press('Tab');
  expect(await terminal.shows(/══ charts:build[^]+module-180/)).not.toContain('web:e2e');
});

test.skipIf(!hasTmux)('without colour and with ASCII alone nothing is lost but looks', async () => {
  const terminal = play('middle', { columns: 80, rows: 24, env: { NO_COLOR: '1' } }, 'ascii');
  const screen = await terminal.shows(/> \* charts:build[^]+module-180/);
  expect(screen).toMatch(/^[\n -~]+$/);
  expect(terminal.readStyled()).not.toContain('\u001B');
  await expect(screen).toMatchFileSnapshot(kept('80x24-ascii'));
});

test.skipIf(!hasTmux)('2,000 tasks: the same screen, and a filter that finds one of them', async () => {
  const terminal = play('many', { columns: 200, rows: 50 });
  await expect(await terminal.shows(/❯ ● package-1000:build/)).toMatchFileSnapshot(kept('2000-tasks'));
  terminal.press('f');
  terminal.type('1999 !test');
  expect(await terminal.shows(/filter: 1999 !test[^]*Enter keeps/)).toMatch(/Waiting 1 +│.+\n❯ · package-1999:build/);
  terminal.press('Enter');
  await terminal.shows(/filter: 1999 !test {2}\? help/);
  terminal.press('Escape');
  await terminal.shows(/Running 199/);
});

test.skipIf(!hasTmux)('the timeline, the graph and the help', async () => {
  const terminal = play('middle', { columns: 120, rows: 30 });
  await terminal.shows(/charts:build/);
  terminal.press('t');
  await expect(await terminal.shows(/\|5\.0 s/)).toMatchFileSnapshot(kept('timeline'));
  terminal.press('b');
  await expect(await terminal.shows(/waited for by 3 unsettled/)).toMatchFileSnapshot(kept('graph'));
  terminal.press('?');
  await expect(await terminal.shows(/help\n$/)).toMatchFileSnapshot(kept('help'));
});

test.skipIf(!hasTmux)('an output is scrolled, searched, pinned beside another one, and plain to copy', async () => {
  const terminal = play('middle', { columns: 200, rows: 50 });
  await terminal.shows(/module-180/);
  terminal.press('g');
  expect(await terminal.shows(/line 1 of 181/)).toContain('building for production');
  terminal.press('G');
  await terminal.shows(/module-180/);
  terminal.press('/');
  terminal.type('module-17');
  await terminal.shows(/search: module-17[^]*2 of 11/);
  terminal.press('Enter', 'n');
  await expect(await terminal.shows(/\/module-17 3 of 11/)).toMatchFileSnapshot(kept('search'));
  terminal.press('Escape');
  await terminal.shows(/\n\? help[^\n]*\n$/);
  terminal.press('p', 'e');
  await expect(await terminal.shows(/charts:build pinned[^]*billing:test {2}failed/)).toMatchFileSnapshot(
    kept('two-outputs'),
  );
  terminal.press('c');
  await terminal.shows(/-- billing:test/);
  // As the task wrote it: no frames, and a line longer than the screen is one line.
  terminal.resize(60, 20);
  await terminal.shows(/-- billing:test/);
  await terminal.copies(/^AssertionError: expected 2 to be 1 .+ sent the same charge again, with another key\s*$/m);
  terminal.press('c');
  await terminal.shows(/❯ ✖ billing:test/);
});

test.skipIf(!hasTmux)('tasks are stopped, restarted and written to', async () => {
  const terminal = play('middle', { columns: 120, rows: 30 });
  await terminal.shows(/❯ ● charts:build/);
  terminal.press('x');
  await terminal.shows(/x again stops charts:build/);
  terminal.press('x');
  await terminal.shows(/asked to stop/);
  terminal.press('r');
  await terminal.shows(/asked to restart\n/);
  terminal.press('i');
  await terminal.shows(/the input of charts:build is empty: i again executes it anew/);
  terminal.press('i');
  await terminal.shows(/asked to restart with an open input[^]*to charts:build >/);
  terminal.type('rs');
  await expect(await terminal.shows(/to charts:build > rs/)).toMatchFileSnapshot(kept('input'));
  terminal.press('Enter');
  expect(await terminal.shows(/read: rs/)).toContain('to charts:build > ');
  terminal.press('C-d');
  await terminal.shows(/read: the end[^]*the input of charts:build has ended/);
});

test.skipIf(!hasTmux)('the end leaves a summary on the normal screen', async () => {
  const terminal = play('middle', { columns: 80, rows: 40 });
  await terminal.shows(/charts:build/);
  terminal.press('q');
  const screen = await terminal.shows(/ended with 0/);
  expect(terminal.isAlternateScreen).toBe(false);
  await expect(screen).toMatchFileSnapshot(kept('summary'));
});
