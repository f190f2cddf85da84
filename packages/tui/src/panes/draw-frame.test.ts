import { describe, expect, test } from 'vitest';
import type { RunEvent } from '@larder/core';
import { displayWidth } from '@larder/report';
import { forecastTasks } from '@larder/report';
import { initialUiState, type UiState } from '../state/ui-state.ts';
import { planned, sampleRun, settles, started, starts, taskId, viewOf } from '../testing/sample-run.ts';
import { drawFrame } from './draw-frame.ts';
import type { Frame } from './frame.ts';
import type { Size } from './layout.ts';

interface Look {
  readonly size: Size;
  readonly state?: Partial<UiState>;
  readonly color?: boolean;
  readonly ascii?: boolean;
  readonly nowMs?: number;
}

function frameOf(events: readonly RunEvent[], look: Look): Frame {
  const { size, state = {}, color = false, ascii = false, nowMs = 3400 } = look;
  const view = viewOf(events);
  const snapshot = { view, nowMs, forecasts: forecastTasks(view.tasks) };
  return drawFrame(snapshot, { ...initialUiState, ...state }, { size, color, ascii });
}

function screenOf(events: readonly RunEvent[], look: Look): string {
  return frameOf(events, look)
    .lines.map((line) => line.trimEnd())
    .join('\n');
}

const small = { columns: 80, rows: 24 };

test('at 80 columns the output stands below the list', () => {
  expect(screenOf(sampleRun(), { size: small })).toMatchInlineSnapshot(`
    "larder run-many -t build test                                   1 running  3.4 s
    ██████████░░░░░░░░░░ 3/6  ✖ 1 failed  hits 33% of 3 (0% local, 33% remote)
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






    ? help  ↑↓ move  / search  f filter  e next failure  p pin  c copy  t timeline"
  `);
});

test('at 60 columns there is the list alone', () => {
  expect(screenOf(sampleRun(), { size: { columns: 60, rows: 16 } })).toMatchInlineSnapshot(`
    "larder run-many -t build test               1 running  3.4 s
    ███████░░░░░░░░ 3/6  ✖ 1 failed  4.0 s saved
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

    ? help  ↑↓ move  / search  f filter  e next failure  p pin"
  `);
});

test('at 60 columns a pinned output takes the place of the list', () => {
  const look = { size: { columns: 60, rows: 12 }, state: { pinned: [taskId('api:build')], focus: 1 } };
  expect(screenOf(sampleRun(), look)).toMatchInlineSnapshot(`
    "larder run-many -t build test               1 running  3.4 s
    ███████░░░░░░░░ 3/6  ✖ 1 failed  4.0 s saved
    critical path api:build 2.0 s
    ────────────────────────────────────────────────────────────
    ══ api:build pinned  failed with exit code 2 after 2.0 s
    src/api.ts:3:1 - error TS2304





    ? help  ↑↓ move  / search  f filter  e next failure  p pin"
  `);
});

test('at 120 columns the output stands beside the list', () => {
  expect(screenOf(sampleRun(), { size: { columns: 120, rows: 16 } })).toMatchInlineSnapshot(`
    "larder run-many -t build test                                                                           1 running  3.4 s
    ███████████████░░░░░░░░░░░░░░░ 3/6  ✖ 1 failed  hits 33% of 3 (0% local, 33% remote)  4.0 s saved  ↓ 1.5 MB (150 MB/s)
    critical path api:build 2.0 s
    ────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
    Failed 1                                         │ ── ui:build  $ tsc -p ui:build
      ✖ api:build                      exit 2, 2.0 s │ vite v7
    Running 1                                        │ ✓ 34 modules
    ❯ ● ui:build                                 2 s │ column    tab 日本語
    Waiting 2                                        │ unfinished
      · web:build                                    │
      · web:test                                     │
    Done 2                                           │
      ✓ docs:build                            remote │
      ✔ core:build                             1.2 s │
                                                     │
    ? help  ↑↓ move  / search  f filter  e next failure  p pin  c copy  t timeline  b graph  q stop"
  `);
});

test('help takes the place of list and output', () => {
  const look = { size: { columns: 80, rows: 14 }, state: { helpOpen: true } };
  expect(screenOf(sampleRun(), look)).toMatchInlineSnapshot(`
    "larder run-many -t build test                                   1 running  3.4 s
    ██████████░░░░░░░░░░ 3/6  ✖ 1 failed  hits 33% of 3 (0% local, 33% remote)
    critical path api:build 2.0 s
    ────────────────────────────────────────────────────────────────────────────────
    Tasks                                    Output
      ↑ ↓  k j   one up, down                  PgUp PgDn  half a page (Ctrl-U Ctrl-…
      ← →  K J   ten up, down                  g G        beginning, end (Home End)
      e E        next, previous failure        / n N      search, next, previous
      f          filter by name or state       p Enter    pin or let go, two at most
      s          failed, running, … only       Tab        focus: list, outputs
      Esc        back; at last, follow         c          plain text to copy

    Views                                    Run
    ? or Esc closes this help"
  `);
});

test('a stop that was asked for is shown', () => {
  expect(screenOf(sampleRun(), { size: small, state: { stopping: true } })).toContain('stopping, q again to force');
});

test('a run that has not started, and one without tasks, can be drawn', () => {
  expect(screenOf([], { size: small })).toContain('starting');
  expect(screenOf([started([])], { size: small })).toContain('0/0');
});

test('while tasks run the header tells what they use now, and what the machine has left', () => {
  const machine = { cores: 8, loadAverage: 2.25, freeMemoryBytes: 3_000_000_000 };
  const sample: RunEvent = { type: 'usage-sampled', at: 3000, busyCores: 1.72, residentBytes: 640_000_000, machine };
  const wide = { columns: 200, rows: 50 };
  const [, , path] = screenOf([...sampleRun(), sample], { size: wide }).split('\n');
  expect(path).toMatch(/^critical path .* cpu 1\.7\/8 mem 640 MB {2}load 2\.[23] {2}3\.0 GB free$/);
  const [, , narrow] = screenOf([...sampleRun(), sample], { size: small }).split('\n');
  expect(narrow).toMatch(/^critical path .* cpu 1\.7\/8 mem 640 MB$/);
  const [, , later] = screenOf([...sampleRun(), sample], { size: wide, nowMs: 60_000 }).split('\n');
  expect(later).not.toContain('cpu 1.7');
  const ended = [...sampleRun(), sample, settles('ui:build', 3300, 'executed')];
  expect(screenOf(ended, { size: wide })).not.toContain('cpu 1.7');
});

test('a run that is held open says how to leave it', () => {
  const events = [started([planned('a:b')]), settles('a:b', 10, 'failed')];
  expect(screenOf(events, { size: small, state: { held: true } })).toContain('all is done, q leaves');
});

describe('whatever the size', () => {
  const sizes: readonly Size[] = [1, 5, 20, 40, 79, 80, 119, 120, 300].flatMap((columns) =>
    [1, 6, 10, 24, 80].map((rows) => ({ columns, rows })),
  );

  const looks: readonly (readonly [string, Partial<UiState>])[] = [
    ['the tasks', {}],
    ['an output with the focus', { focus: 1 }],
    ['two outputs', { pinned: [taskId('api:build'), taskId('ui:build')] }],
    ['a search', { search: 'o', focus: 1 }],
    ['the timeline', { screen: 'timeline' }],
    ['the graph', { screen: 'graph' }],
    ['the help', { helpOpen: true }],
    ['a prompt', { prompt: { kind: 'filter', text: 'a'.repeat(200), scrollBefore: new Map() } }],
  ];

  test.each(looks)('%s fits the screen in every row and column', (_name, state) => {
    for (const size of sizes) {
      for (const color of [false, true]) {
        const { lines } = frameOf(sampleRun(), { size, color, state });
        expect(lines.length).toBe(size.rows);
        expect(lines.filter((line) => displayWidth(line) > size.columns)).toEqual([]);
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
    expect(screenOf(sampleRun(), { size: small })).not.toContain('\u001B');
  });

  test('never names black or white, so that it can be read on any background', () => {
    const text = screenOf(sampleRun(), { size: small, color: true });
    const codes = text
      .split('\u001B[')
      .slice(1)
      .map((part) => Number.parseInt(part, 10));
    expect(codes).toContain(32);
    expect(codes.filter((code) => [30, 37, 40, 47, 90, 97].includes(code))).toEqual([]);
  });
});
