import { expect, test } from 'vitest';
import type { RunEvent, TaskControl, TaskId } from '@larder/core';
import { initialView, reduceView, scrollBackBounds, type RunView } from '@larder/report';
import type { Size } from './panes/layout.ts';
import type { UiState } from './state/ui-state.ts';
import { planned, prints, sampleRun, settles, started, starts, taskId } from './testing/sample-run.ts';
import { UiStore } from './ui-store.ts';

const size: Size = { columns: 80, rows: 24 };
/** Of the output at that size: what the header, the list and the title leave. */
const outputRows = 10;

interface Started {
  readonly ui: UiStore;
  readonly press: (...names: readonly string[]) => UiState;
  readonly type: (text: string) => UiState;
  readonly asked: string[];
}

function start(view: RunView, answer: ReturnType<TaskControl['stop']> = 'done', hasControl = true): Started {
  const asked: string[] = [];
  const ask = (text: string): typeof answer => {
    asked.push(text);
    return answer;
  };
  const control: TaskControl = {
    stop: (task) => ask(`stop ${task}`),
    restart: (task, { withInput }) => ask(`restart ${task}${withInput ? ' with input' : ''}`),
    write: (task, text) => ask(`write ${task} ${text}`),
    endInput: (task) => ask(`end ${task}`),
    hold: (isHeld) => ask(isHeld ? 'hold' : 'let go'),
  };
  const ui = new UiStore({
    view: () => view,
    control: hasControl ? control : null,
    onQuit: () => asked.push('quit'),
    onRedraw: () => asked.push('redraw'),
  });
  const press = (...names: readonly string[]): UiState => {
    ui.press(names, size);
    return ui.getState();
  };
  return { ui, press, type: (text) => press(...text), asked };
}

function sampleView(): RunView {
  return sampleRun().reduce(reduceView, initialView());
}

/** With a task whose input is open. */
function typingView(): RunView {
  const events = [started([planned('a:b'), planned('c:d')]), { ...starts('a:b', 1), takesInput: true } as RunEvent];
  return events.reduce(reduceView, initialView());
}

function viewOfLines(count: number, line: (index: number) => string = (index) => `line ${index}`): RunView {
  const lines = Array.from({ length: count }, (_, index) => prints('a:b', `${line(index)}\n`));
  return [started([planned('a:b')]), starts('a:b', 1), ...lines].reduce(reduceView, initialView(scrollBackBounds));
}

function topOf(state: UiState): number | undefined {
  return state.scroll.get(taskId('a:b'));
}

test('an output is followed until it is scrolled up, and again from its end on', () => {
  const { press } = start(viewOfLines(100));
  expect(topOf(press('pageup'))).toBe(100 - outputRows - outputRows / 2);
  expect(topOf(press('tab', 'up'))).toBe(84);
  expect(topOf(press('down', 'pagedown'))).toBe(undefined);
  expect(topOf(press('g'))).toBe(0);
  expect(topOf(press('up'))).toBe(0);
  expect(topOf(press('G'))).toBe(undefined);
});

test('long lines count by the rows that they take', () => {
  const { press } = start(viewOfLines(100, () => 'x'.repeat(160)));
  expect(topOf(press('tab', 'up'))).toBe(100 - outputRows / 2 - 1);
});

test('an output that fits its place does not scroll', () => {
  const { press } = start(viewOfLines(3));
  expect(topOf(press('pageup'))).toBe(undefined);
  expect(topOf(press('g'))).toBe(undefined);
});

test('a search starts from what is in view, goes on with n and N, and round at the ends', () => {
  const { press, type } = start(viewOfLines(1000));
  press('g');
  type('/line 99');
  expect(press('return').match).toEqual({ line: 99, position: 1, count: 11 });
  expect(press('n').match).toEqual({ line: 990, position: 2, count: 11 });
  expect(press('N').match?.line).toBe(99);
  expect(press('N').match?.line).toBe(999);
  expect(press('n').match?.line).toBe(99);
  expect(topOf(press('escape'))).toBe(96);
  expect(press('n').notice).toContain('nothing to search for');
});

test('each letter of a search begins where the search began', () => {
  const { type } = start(viewOfLines(1000));
  expect(type('/line 5').match?.line).toBe(5);
  expect(type('00').match?.line).toBe(500);
});

test('capitals make a search exact', () => {
  const view = viewOfLines(20, (index) =>
    index === 7 ? 'ERROR here' : index === 3 ? '\u001B[31merr\u001B[0mor' : 'fine',
  );
  expect(start(view).type('/error').match?.count).toBe(2);
  expect(start(view).type('/ERROR').match).toEqual({ line: 7, position: 1, count: 1 });
  expect(start(view).type('/absent').match).toBe(null);
});

test('two outputs are pinned at most, the oldest goes, and the same key lets go', () => {
  const { press } = start(sampleView());
  expect(press('p').pinned).toEqual(['ui:build']);
  expect(press('e', 'p').pinned).toEqual(['ui:build', 'api:build']);
  expect(press('tab', 'p').pinned).toEqual(['api:build']);
  expect(press('escape').pinned).toEqual([]);
});

test('the next failure is found although a filter hides it', () => {
  const { press, type } = start(sampleView());
  type('fweb');
  expect(press('return').filter.text).toBe('web');
  expect(press('e')).toMatchObject({ selected: 'api:build', filter: { text: '' } });
  expect(start([started([])].reduce(reduceView, initialView())).press('e').notice).toBe('no task has failed');
});

test('Esc takes back one thing at a time', () => {
  const { press, type } = start(sampleView());
  type('fbuild');
  press('return', 's', 'down', 't', '?');
  expect(press('escape')).toMatchObject({ helpOpen: false, screen: 'timeline' });
  expect(press('escape')).toMatchObject({ screen: 'tasks', filter: { text: 'build', state: 'failed' } });
  expect(press('escape').filter).toEqual({ text: '', state: 'all' });
  expect(press('down').selected).not.toBe(null);
  expect(press('escape').selected).toBe(null);
});

test('a task is stopped when it is asked for twice in a row', () => {
  const { press, asked } = start(sampleView());
  expect(press('x').notice).toBe('x again stops ui:build');
  press('j');
  press('k', 'x');
  expect(asked).toEqual([]);
  expect(press('x').notice).toBe('ui:build is being stopped');
  expect(asked).toEqual(['stop ui:build']);
});

test('what does not run is not stopped, and the answer of the run is told', () => {
  expect(start(sampleView()).press('e', 'x').notice).toBe('api:build is not running');
  expect(start(sampleView(), 'not-running').press('e', 'r').notice).toContain('larder run api:build');
  expect(start(sampleView()).press('e', 'r').notice).toBe('api:build is executed again');
  expect(start(sampleView(), 'done', false).press('r').notice).toBe('tasks of this run cannot be controlled');
});

test('lines are typed to the task for which the typing began', () => {
  const { press, type, asked, ui } = start(typingView());
  type('ihello');
  press('backspace', 'return');
  ui.paste('pasted\ntext', size);
  press('return', 'escape');
  expect(asked).toEqual(['write a:b hell\n', 'write a:b pasted text\n']);
  expect(ui.getState()).toMatchObject({ prompt: null, selected: 'a:b' });
});

test('a line that could not be sent can be sent again', () => {
  const { type, press } = start(typingView(), 'not-running');
  type('iyes');
  expect(press('return')).toMatchObject({ prompt: { text: 'yes' }, notice: 'a:b is not running' });
});

test('Ctrl-D ends the input, and typing with it', () => {
  const { press, asked } = start(typingView());
  expect(press('i', 'ctrl+d')).toMatchObject({ prompt: null, notice: 'the input of a:b has ended' });
  expect(press('/', 'ctrl+d').prompt?.kind).toBe('search');
  expect(asked).toEqual(['end a:b']);
});

test('a task with an empty input is executed anew with an open one when that is asked for twice', () => {
  const { press, asked } = start(sampleView());
  expect(press('i')).toMatchObject({
    prompt: null,
    notice: 'the input of ui:build is empty: i again executes it anew, with an open input',
  });
  press('j', 'k', 'i');
  expect(asked).toEqual([]);
  expect(press('i')).toMatchObject({ prompt: { kind: 'input' }, selected: 'ui:build', notice: null });
  expect(asked).toEqual(['restart ui:build with input']);
});

test('so is one that has ended, and none that never ran', () => {
  const { press, asked } = start(sampleView());
  expect(press('e', 'i').notice).toBe('api:build has ended: i again executes it anew, with an open input');
  press('i', 'escape');
  expect(asked).toEqual(['restart api:build with input']);
  expect(press('r').notice).toBe('api:build is executed again');
  expect(asked).toEqual(['restart api:build with input', 'restart api:build with input']);
  expect(press('j', 'j', 'i').notice).toBe('web:build is not running');
});

test('the view stays at the end where that was asked for, and q then only leaves', () => {
  let view = sampleView();
  const done = [...sampleRun(), settles('ui:build', 3000, 'executed')];
  for (const id of ['web:build', 'web:test']) done.push(settles(id, 3000, 'executed'));
  const asked: string[] = [];
  const control: TaskControl = {
    stop: () => 'done',
    restart: () => 'done',
    write: () => 'done',
    endInput: () => 'done',
    hold: (isHeld) => {
      asked.push(isHeld ? 'hold' : 'let go');
      return 'done';
    },
  };
  const ui = new UiStore({ view: () => view, control, onQuit: () => asked.push('quit'), onRedraw: () => {} });
  ui.press(['h'], size);
  expect(ui.getState()).toMatchObject({ held: true, notice: 'this view stays when all is done, until q' });
  view = done.reduce(reduceView, initialView());
  ui.press(['q'], size);
  expect(asked).toEqual(['hold', 'let go']);
  expect(ui.getState()).toMatchObject({ held: false, stopping: false });
  ui.press(['q'], size);
  expect(asked).toEqual(['hold', 'let go', 'quit']);
});

test('keys after one that opens a prompt are typed into it, and Ctrl-C is heard everywhere', () => {
  const { press, asked } = start(sampleView());
  expect(press('/', 'q', 'x').prompt?.text).toBe('qx');
  press('ctrl+c');
  expect(asked).toEqual(['quit']);
});

test('pasted text is not taken for keys', () => {
  const { ui, asked, press } = start(sampleView());
  ui.paste('qqq', size);
  press(...'quite a long text from a terminal that marks nothing');
  expect(asked).toEqual([]);
});

test('the plain screen holds still while the task goes on, and scrolls', () => {
  let view = viewOfLines(100);
  const ui = new UiStore({ view: () => view, control: null, onQuit: () => {}, onRedraw: () => {} });
  ui.press(['c'], size);
  view = reduceView(view, prints('a:b', 'more\n'));
  expect(ui.getState().copy).toEqual({ task: 'a:b', endLine: 100 });
  ui.press(['k'], size);
  expect(ui.getState().copy?.endLine).toBe(99);
  ui.press(['G'], size);
  expect(ui.getState().copy?.endLine).toBe(101);
  ui.press(['g'], size);
  expect(ui.getState().copy?.endLine).toBe(size.rows - 1);
  ui.press(['c'], size);
  expect(ui.getState().copy).toBe(null);
});

test('the selection stays with its task when that settles', () => {
  let view = sampleView();
  const ui = new UiStore({ view: () => view, control: null, onQuit: () => {}, onRedraw: () => {} });
  ui.press(['k', 'j'], size);
  const { selected } = ui.getState();
  view = reduceView(view, settles('ui:build', 3000, 'executed'));
  expect(selected).toBe('ui:build' satisfies string as TaskId);
  expect(ui.getState().selected).toBe('ui:build');
});
