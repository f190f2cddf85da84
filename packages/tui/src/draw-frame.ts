import { createPaint } from '@larder/report';
import { drawFooter, drawHelp } from './draw-help.ts';
import { drawHeader } from './draw-header.ts';
import { drawList } from './draw-list.ts';
import { drawOutput } from './draw-output.ts';
import { chooseLayout, headerRows, type Size } from './layout.ts';
import type { Snapshot } from './snapshot.ts';
import type { UiState } from './ui-state.ts';

/** A frame as text: lines that already have their width, joined by newlines. */
export interface Frame {
  readonly size: Size;
  readonly direction: 'beside' | 'below';
  readonly panes: readonly Pane[];
}

export interface Pane {
  readonly name: 'header' | 'help' | 'list' | 'divider' | 'output' | 'footer';
  readonly size: Size;
  readonly text: string;
}

/** The whole screen as a pure function of the run, of what was chosen, and of the terminal. */
export function drawFrame(snapshot: Snapshot, state: UiState, context: { size: Size; color: boolean }): Frame {
  const { size, color } = context;
  const { columns } = size;
  const paint = createPaint(color);
  const layout = chooseLayout(size, state.pinned !== null);
  const header = drawHeader(snapshot, state, { columns, paint });
  const panes: Pane[] = [toPane('header', { columns, rows: headerRows }, header)];
  if (state.helpOpen) {
    panes.push(toPane('help', { columns, rows: Math.max(1, size.rows - headerRows - 1) }, drawHelp(columns, paint)));
  } else {
    panes.push(toPane('list', layout.list, drawList(snapshot, state, { size: layout.list, paint })));
    if (layout.direction === 'beside') panes.push(drawDivider(layout.list.rows, paint('dim', ' │ ')));
    panes.push(toPane('output', layout.output, drawOutput(snapshot, state, { size: layout.output, color, paint })));
  }
  panes.push(toPane('footer', { columns, rows: 1 }, [drawFooter(columns, paint)]));
  return { size, direction: layout.direction, panes: panes.filter((pane) => pane.size.rows > 0) };
}

/** Whether two frames look alike, so that the second need not be drawn. */
export function isSameFrame(a: Frame, b: Frame): boolean {
  return (
    a.size.columns === b.size.columns &&
    a.size.rows === b.size.rows &&
    a.direction === b.direction &&
    a.panes.length === b.panes.length &&
    a.panes.every((pane, index) => pane.name === b.panes[index]?.name && pane.text === b.panes[index].text)
  );
}

/** An empty line at either end would be trimmed away, so it holds a space. */
function toPane(name: Pane['name'], size: Size, lines: readonly string[]): Pane {
  return { name, size, text: lines.map((line) => (line === '' ? ' ' : line)).join('\n') };
}

function drawDivider(rows: number, line: string): Pane {
  return toPane(
    'divider',
    { columns: 3, rows },
    Array.from({ length: rows }, () => line),
  );
}
