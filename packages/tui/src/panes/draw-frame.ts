import { createPaint, fitToWidth } from '@larder/report';
import type { Snapshot } from '../snapshot.ts';
import { findFocusedOutput, listOutputs, type UiState } from '../state/ui-state.ts';
import { toAscii } from './ascii-frame.ts';
import { drawCopy } from './draw-copy.ts';
import { drawFooter } from './draw-footer.ts';
import { drawGraph } from './draw-graph.ts';
import { drawHeader } from './draw-header.ts';
import { drawHelp } from './draw-help.ts';
import { drawList } from './draw-list.ts';
import { drawOutput } from './draw-output.ts';
import { drawTimeline } from './draw-timeline.ts';
import type { Frame } from './frame.ts';
import { chooseLayout, dividerColumns, type Layout, type Size } from './layout.ts';
import type { Look } from './look.ts';

export interface FrameOptions {
  readonly size: Size;
  readonly color: boolean;
  /** The terminal knows no other characters. */
  readonly ascii: boolean;
}

/** The whole screen as a pure function of the run, of what was chosen, and of the terminal. */
export function drawFrame(snapshot: Snapshot, state: UiState, options: FrameOptions): Frame {
  const { size, color, ascii } = options;
  const look: Look = { size, color, paint: createPaint(color) };
  const lines = state.copy === null ? drawPanes(snapshot, state, look) : drawCopy(snapshot.view, state, look);
  return { kind: state.copy === null ? 'panes' : 'plain', size, lines: ascii ? lines.map(toAscii) : lines };
}

/** Exactly as many lines as the terminal has rows. */
function drawPanes(snapshot: Snapshot, state: UiState, look: Look): readonly string[] {
  const { size, paint } = look;
  const outputs = listOutputs(snapshot.view, state);
  const layout = chooseLayout(size, { outputs: outputs.length, focus: state.focus });
  const { headerRows, body } = layout;
  const header = drawHeader(snapshot, state, { size: { columns: size.columns, rows: headerRows }, paint });
  const footer = size.rows > headerRows + 1 ? [drawFooter(state, { columns: size.columns, paint })] : [];
  const rows = size.rows - headerRows - footer.length;
  const lines = fitRows(drawBody(snapshot, state, { layout, look: { ...look, size: { ...body, rows } } }), rows);
  return [...header, ...lines, ...footer];
}

function drawBody(
  snapshot: Snapshot,
  state: UiState,
  { layout, look }: { readonly layout: Layout; readonly look: Look },
): readonly string[] {
  if (state.helpOpen) return drawHelp(look);
  switch (state.screen) {
    case 'timeline':
      return drawTimeline(snapshot, state, look);
    case 'graph':
      return drawGraphBody(snapshot, state, { layout, look });
    case 'tasks':
      return drawTasks(snapshot, state, { layout, look });
  }
}

/** The list stays where there is room: moving in it is how one goes through the graph. */
function drawGraphBody(
  snapshot: Snapshot,
  state: UiState,
  { layout, look }: { readonly layout: Layout; readonly look: Look },
): readonly string[] {
  if (layout.direction === 'below') return drawGraph(snapshot, state, look);
  const size = { columns: look.size.columns - layout.list.columns - dividerColumns, rows: layout.list.rows };
  const list = drawList(snapshot, state, { ...look, size: layout.list });
  return joinColumns([list, drawGraph(snapshot, state, { ...look, size })], layout.list, look);
}

function drawTasks(
  snapshot: Snapshot,
  state: UiState,
  { layout, look }: { readonly layout: Layout; readonly look: Look },
): readonly string[] {
  const list = layout.list.rows === 0 ? [] : drawList(snapshot, state, { ...look, size: layout.list });
  const outputs = drawOutputs(snapshot, state, { layout, look });
  if (layout.direction === 'below') return [...fitRows(list, layout.list.rows), ...outputs];
  return joinColumns([list, outputs], layout.list, look);
}

function drawOutputs(
  { view }: Snapshot,
  state: UiState,
  { layout, look }: { readonly layout: Layout; readonly look: Look },
): readonly string[] {
  const tasks = listOutputs(view, state);
  const focused = findFocusedOutput(tasks, view, state);
  const panes = layout.outputs.map((size, index) => {
    const task = tasks[index];
    if (task === undefined) return [];
    return drawOutput(view, state, {
      ...look,
      size,
      task,
      hasFocus: state.focus === index + 1,
      isSearched: focused === index,
    });
  });
  const [first = [], second] = panes;
  const [firstSize] = layout.outputs;
  if (second === undefined || firstSize === undefined) return first;
  if (layout.outputDirection === 'below') return [...fitRows(first, firstSize.rows), ...second];
  return joinColumns([first, second], firstSize, look);
}

/** Two blocks with a line between them; the right one is not filled up. */
function joinColumns(
  [left, right]: readonly [readonly string[], readonly string[]],
  { columns, rows }: Size,
  { paint }: Look,
): readonly string[] {
  const divider = paint('dim', ' │ ');
  return Array.from(
    { length: rows },
    (_, row) => `${fitToWidth(left[row] ?? '', columns)}${divider}${right[row] ?? ''}`,
  );
}

function fitRows(lines: readonly string[], rows: number): readonly string[] {
  return Array.from({ length: Math.max(0, rows) }, (_, row) => lines[row] ?? '');
}
