import { expect, test, vi } from 'vitest';
import type { Reporter, RunEvent, TaskControl } from '@larder/core';
import type { RunView } from '@larder/report';
import { startTui } from './start-tui.tsx';
import { FakeTerminal } from './testing/fake-terminal.ts';
import { finishes, planned, prints, sampleRun, settles, started } from './testing/sample-run.ts';

interface Started {
  readonly terminal: FakeTerminal;
  readonly tui: Reporter;
  readonly written: string[];
  readonly quits: { count: number };
  readonly taken: { errors: unknown[]; views: RunView[]; events: RunEvent[]; closed: boolean };
}

function start(columns: number, rows: number, control: TaskControl | null = null): Started {
  const terminal = new FakeTerminal(columns, rows);
  const written: string[] = [];
  const quits = { count: 0 };
  const taken: Started['taken'] = { errors: [], views: [], events: [], closed: false };
  const tui = startTui({
    stdout: terminal.stdout,
    stdin: terminal.stdin,
    color: true,
    ascii: false,
    control,
    clock: { now: () => performance.now(), epochMs: () => Date.now() },
    write: (text) => written.push(text),
    onQuit: () => (quits.count += 1),
    onError: (error, view) => {
      taken.errors.push(error);
      taken.views.push(view);
      return {
        onEvent: (event) => taken.events.push(event),
        close: async () => {
          taken.closed = true;
        },
      };
    },
  });
  return { terminal, tui, written, quits, taken };
}

function play(tui: Reporter, events: readonly RunEvent[]): void {
  for (const event of events) tui.onEvent(event);
}

async function shows(terminal: FakeTerminal, text: string | RegExp): Promise<void> {
  await vi.waitFor(() => expect(terminal.read()).toMatch(text), { timeout: 5000 });
}

test('a run is drawn on the alternate screen, and a summary is left on the normal one', async () => {
  const { terminal, tui, written } = start(120, 40);
  play(tui, sampleRun());
  await shows(terminal, /✖ api:build +exit 2, 2\.0 s │/);
  await shows(terminal, '✓ 34 modules');
  expect(terminal.isAlternateScreen).toBe(true);
  expect(terminal.isRaw).toBe(true);
  expect(terminal.read().split('\n')[0]).toMatch(/^larder run-many -t build test +1 running {2}/);
  play(tui, [settles('ui:build', 3000, 'executed'), finishes(3000, 1)]);
  await tui.close();
  expect(terminal.isAlternateScreen).toBe(false);
  expect(terminal.isRaw).toBe(false);
  expect(written.join('')).toContain('src/api.ts:3:1 - error TS2304');
  expect(written.join('')).toContain('larder run api:build');
});

test('keys move the selection, pin an output, find failures and show help', async () => {
  const { terminal, tui } = start(80, 24);
  play(tui, sampleRun());
  await shows(terminal, '❯ ● ui:build');
  terminal.press('e');
  await shows(terminal, '❯ ✖ api:build');
  terminal.press('p');
  await shows(terminal, '── api:build pinned');
  terminal.press('\u001B[B');
  await shows(terminal, '❯ ● ui:build');
  await shows(terminal, /── api:build pinned.+│ ── ui:build/);
  terminal.press('?');
  await shows(terminal, 'stop the run; again: force');
  await tui.close();
  expect(terminal.isRaw).toBe(false);
});

test('q and Ctrl-C ask for an end, each time they are pressed', async () => {
  const { terminal, tui, quits } = start(80, 24);
  play(tui, sampleRun());
  terminal.press('q');
  await shows(terminal, 'stopping');
  terminal.press('\u0003');
  await vi.waitFor(() => expect(quits.count).toBe(2));
  terminal.press('qq');
  await vi.waitFor(() => expect(quits.count).toBe(4));
  await tui.close();
});

test('pasted text is not taken for keys', async () => {
  const { terminal, tui, quits } = start(80, 24);
  play(tui, sampleRun());
  await shows(terminal, '❯ ● ui:build');
  terminal.press('\u001B[200~quit\u001B[201~');
  terminal.press('a text of some length that the terminal does not mark as pasted, qqq');
  terminal.press('?');
  await shows(terminal, 'stop the run; again: force');
  expect(quits.count).toBe(0);
  await tui.close();
});

test('a resize is followed', async () => {
  const { terminal, tui } = start(120, 30);
  play(tui, sampleRun());
  await shows(terminal, '│');
  terminal.resize(60, 20);
  await vi.waitFor(() => expect(terminal.read()).not.toContain('│'), { timeout: 5000 });
  await shows(terminal, '❯ ● ui:build');
  await tui.close();
});

test('output that tries to act on the terminal does not', async () => {
  const { terminal, tui } = start(80, 24);
  play(tui, [started([planned('a:b')]), prints('a:b', '\u001B[2J\u001B[H\u001B[?1049l\u001B]0;x\u0007still here\n')]);
  await shows(terminal, 'still here');
  expect(terminal.isAlternateScreen).toBe(true);
  await shows(terminal, 'larder run-many');
  await tui.close();
});

test('when the view breaks, the terminal is given back and another reporter goes on', async () => {
  const { terminal, tui, taken, written } = start(80, 24);
  play(tui, sampleRun());
  await shows(terminal, 'api:build');
  const broken = Object.defineProperty({ ...finishes(1, 0) }, 'tasks', { get: () => null });
  play(tui, [broken]);
  await vi.waitFor(() => expect(taken.errors.length).toBe(1), { timeout: 5000 });
  expect(terminal.isAlternateScreen).toBe(false);
  expect(taken.views[0]?.tasks.size).toBe(6);
  play(tui, [settles('ui:build', 3000, 'executed')]);
  await tui.close();
  expect(taken.events.map((event) => event.type)).toEqual(['task-settled']);
  expect(taken.closed).toBe(true);
  expect(written).toEqual([]);
});

test('an error in a key gives the terminal back, too', async () => {
  const broken = (): never => {
    throw new Error('no control');
  };
  const { terminal, tui, taken } = start(80, 24, {
    stop: broken,
    restart: broken,
    write: broken,
    endInput: broken,
    hold: broken,
  });
  play(tui, sampleRun());
  await shows(terminal, '❯ ● ui:build');
  terminal.press('r');
  await vi.waitFor(() => expect(taken.errors.length).toBe(1), { timeout: 5000 });
  expect(terminal.isAlternateScreen).toBe(false);
  expect(terminal.isRaw).toBe(false);
  await tui.close();
  expect(taken.closed).toBe(true);
});

test('a terminal that refuses what is written ends the view, not the run', async () => {
  const { terminal, tui, taken } = start(80, 24);
  play(tui, sampleRun());
  await shows(terminal, 'api:build');
  terminal.breakDown();
  play(tui, [prints('ui:build', 'more\n')]);
  await vi.waitFor(() => expect(taken.errors.length).toBe(1), { timeout: 5000 });
  play(tui, [settles('ui:build', 3000, 'executed')]);
  await tui.close();
  expect(taken.events.map((event) => event.type)).toEqual(['task-settled']);
});

test('an event that the view cannot take ends it, and the next ones go to another reporter', async () => {
  const { terminal, tui, taken } = start(80, 24);
  play(tui, sampleRun());
  await shows(terminal, 'api:build');
  play(tui, [null as unknown as RunEvent]);
  await vi.waitFor(() => expect(taken.errors.length).toBe(1), { timeout: 5000 });
  expect(terminal.isAlternateScreen).toBe(false);
  await tui.close();
});

test('each size of the terminal gets a frame of its own, whatever was on the screen', async () => {
  const { terminal, tui } = start(200, 50);
  play(tui, sampleRun());
  for (const [columns, rows] of [
    [80, 24],
    [20, 5],
    [1, 1],
    [300, 80],
    [120, 30],
  ] as const) {
    terminal.resize(columns, rows);
    await vi.waitFor(() => expect(terminal.read().split('\n').length).toBe(rows), { timeout: 5000 });
  }
  // Once in the list and once in the critical path, and not where an earlier frame had it.
  await vi.waitFor(() => expect(terminal.read().match(/api:build/g)?.length).toBe(2), { timeout: 5000 });
  await shows(terminal, /❯ ● ui:build .+ │/);
  await tui.close();
});
