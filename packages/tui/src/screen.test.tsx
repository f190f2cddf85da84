import { render } from 'ink-testing-library';
import { describe, expect, test } from 'vitest';
import type { RunEvent } from '@larder/core';
import { displayWidth } from '@larder/report';
import { drawFrame, type Frame } from './draw-frame.ts';
import type { Size } from './layout.ts';
import { Screen } from './screen.tsx';
import { planned, sampleRun, settles, started, starts, taskId, viewOf } from './testing/sample-run.ts';
import { initialUiState, type UiState } from './ui-state.ts';

interface Look {
  readonly size: Size;
  readonly state?: Partial<UiState>;
  readonly color?: boolean;
  readonly nowMs?: number;
}

function frameOf(events: readonly RunEvent[], { size, state = {}, color = false, nowMs = 3400 }: Look): Frame {
  return drawFrame({ view: viewOf(events), nowMs }, { ...initialUiState, ...state }, { size, color });
}

/** What Ink makes of a frame; its test renderer is 100 columns wide. */
function screenOf(events: readonly RunEvent[], look: Look): string {
  const { lastFrame, unmount } = render(<Screen frame={frameOf(events, look)} />);
  const screen = lastFrame() ?? '';
  unmount();
  return screen;
}

const small = { columns: 80, rows: 24 };

test('at 80 columns the output stands below the list', () => {
  expect(screenOf(sampleRun(), { size: small })).toMatchInlineSnapshot(`
    "larder run-many -t build test                                   1 running  3.4 s
    ██████████░░░░░░░░░░ 3/6  1 failed  hits 33% of 3 (0% local, 33% remote)
    critical path api:build 2.0 s
    ────────────────────────────────────────────────────────────────────────────────
    Failed 1
      ✖ api:build                                                      exit 2, 2.0 s
    Running 1
    ❯ ● ui:build                                                                 2 s
    Waiting 2
      · web:build
      · web:test
    Done 2
    ── ui:build  $ tsc -p ui:build
    vite v7
    ✓ 34 modules
    column    tab 日本語
    unfinished






    ↑↓ move  p pin  f next failure  esc follow  q stop  ? help"
  `);
});

test('at 60 columns there is the list alone', () => {
  expect(screenOf(sampleRun(), { size: { columns: 60, rows: 16 } })).toMatchInlineSnapshot(`
    "larder run-many -t build test               1 running  3.4 s
    ███████░░░░░░░░ 3/6  1 failed  4.0 s saved  ↓ 1.5 MB ↑ 0 B
    critical path api:build 2.0 s
    ────────────────────────────────────────────────────────────
    Failed 1
      ✖ api:build                                  exit 2, 2.0 s
    Running 1
    ❯ ● ui:build                                             2 s
    Waiting 2
      · web:build
      · web:test
    Done 2
      ✓ docs:build                                        remote
      ✔ core:build                                         1.2 s

    ↑↓ move  p pin  f next failure  esc follow  q stop  ? help"
  `);
});

test('at 60 columns a pinned output takes the place of the list', () => {
  const look = { size: { columns: 60, rows: 12 }, state: { pinned: taskId('api:build') } };
  expect(screenOf(sampleRun(), look)).toMatchInlineSnapshot(`
    "larder run-many -t build test               1 running  3.4 s
    ███████░░░░░░░░ 3/6  1 failed  4.0 s saved  ↓ 1.5 MB ↑ 0 B
    critical path api:build 2.0 s
    ────────────────────────────────────────────────────────────
    ── api:build pinned  failed with exit code 2 after 2.0 s
    src/api.ts:3:1 - error TS2304





    ↑↓ move  p pin  f next failure  esc follow  q stop  ? help"
  `);
});

test('at 120 columns the output stands beside the list', () => {
  const { direction, panes } = frameOf(sampleRun(), { size: { columns: 120, rows: 40 } });
  expect(direction).toBe('beside');
  const [, list, divider, output] = panes;
  expect([list?.size.columns, divider?.size.columns, output?.size.columns]).toEqual([48, 3, 69]);
});

test('help takes the place of list and output', () => {
  const look = { size: { columns: 80, rows: 14 }, state: { helpOpen: true } };
  expect(screenOf(sampleRun(), look)).toMatchInlineSnapshot(`
    "larder run-many -t build test                                   1 running  3.4 s
    ██████████░░░░░░░░░░ 3/6  1 failed  hits 33% of 3 (0% local, 33% remote)
    critical path api:build 2.0 s
    ────────────────────────────────────────────────────────────────────────────────

      ↑ ↓  j k    move the selection
      PgUp PgDn   move by a page
      Enter  p    pin the task's output, or let go of it
      f           go to the next failed task
      Esc         follow the run again
      q  Ctrl-C   stop the run; once more to force it
      ?           close this help

    ↑↓ move  p pin  f next failure  esc follow  q stop  ? help"
  `);
});

test('a stop that was asked for is shown', () => {
  expect(screenOf(sampleRun(), { size: small, state: { stopping: true } })).toContain('stopping, q again to force');
});

test('a run that has not started, and one without tasks, can be drawn', () => {
  expect(screenOf([], { size: small })).toContain('starting');
  expect(screenOf([started([])], { size: small })).toContain('0/0');
});

describe('whatever the size', () => {
  const sizes: readonly Size[] = [1, 5, 20, 40, 79, 80, 119, 120, 300].flatMap((columns) =>
    [1, 6, 10, 24, 80].map((rows) => ({ columns, rows })),
  );

  test.each(sizes)('no line is wider and no pane higher than its place at %o', (size) => {
    for (const color of [false, true]) {
      for (const pane of frameOf(sampleRun(), { size, color }).panes) {
        const lines = pane.text.split('\n');
        expect(lines.length).toBeLessThanOrEqual(Math.max(1, pane.size.rows));
        expect(lines.filter((line) => displayWidth(line) > pane.size.columns)).toEqual([]);
      }
    }
  });
});

describe('2,000 tasks', () => {
  const ids = Array.from({ length: 2000 }, (_, index) => `project-${index}:build`);
  const events = [
    started(ids.map((id) => planned(id))),
    ...ids.slice(0, 900).map((id) => settles(id, 5, 'executed')),
    ...ids.slice(900, 1100).map((id) => starts(id, 6)),
  ];

  test('draw only as many rows as there is place for', () => {
    const list = frameOf(events, { size: small }).panes.find((pane) => pane.name === 'list');
    expect(list?.text.split('\n').length).toBe(list?.size.rows);
    expect(screenOf(events, { size: small }).split('\n').length).toBe(24);
  });

  test('keep the selected one in view, wherever it is', () => {
    for (const id of [ids[0], ids[899], ids[1000], ids[1999]]) {
      const text = screenOf(events, { size: small, state: { selected: taskId(id ?? '') } });
      expect(text).toMatch(new RegExp(`❯ . ${id}\\s`));
    }
  });
});

describe('colour', () => {
  test('is absent where it is refused, even in the output of tasks', () => {
    expect(
      frameOf(sampleRun(), { size: small })
        .panes.map((pane) => pane.text)
        .join('\n'),
    ).not.toContain('\u001B');
  });

  test('never names black or white, so that it can be read on any background', () => {
    const text = frameOf(sampleRun(), { size: small, color: true })
      .panes.map((pane) => pane.text)
      .join('\n');
    const codes = text
      .split('\u001B[')
      .slice(1)
      .map((part) => Number.parseInt(part, 10));
    expect(codes).toContain(32);
    expect(codes.filter((code) => [30, 37, 40, 47, 90, 97].includes(code))).toEqual([]);
  });
});
