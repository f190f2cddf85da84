import { cleanOutputLine, describeOutcome, truncateToWidth, type Paint, type TaskView } from '@larder/report';
import type { Size } from './layout.ts';
import type { Snapshot } from './snapshot.ts';
import { findShownTask } from './task-order.ts';
import type { UiState } from './ui-state.ts';

const tab = '    ';

export interface OutputContext {
  readonly size: Size;
  readonly color: boolean;
  readonly paint: Paint;
}

/** A title and the last lines of the pinned or selected task, made safe to stand beside other text. */
export function drawOutput({ view }: Snapshot, state: UiState, context: OutputContext): readonly string[] {
  const { size, paint } = context;
  const id = state.pinned ?? findShownTask(view, state.selected);
  const task = id === null ? undefined : view.tasks.get(id);
  if (task === undefined || size.rows < 1) return [];
  const title = truncateToWidth(drawTitle(task, state, paint), size.columns);
  if (task.output === null) return [title, ...explainSilence(task, view.tasks, context)].slice(0, size.rows);
  const lines = size.rows === 1 ? [] : task.output.last(size.rows - 1);
  return [title, ...lines.map((line) => drawLine(line, context))];
}

function drawTitle(task: TaskView, state: UiState, paint: Paint): string {
  const pinned = state.pinned === null ? '' : paint('yellow', ' pinned');
  const rest =
    task.outcome === null ? (task.command === null ? '' : `$ ${task.command}`) : describeOutcome(task.outcome);
  return `${paint('dim', '──')} ${paint('bold', task.id)}${pinned}  ${paint('dim', rest)}`;
}

/** Tabs go before the line is measured: their width depends on where they stand. */
function drawLine(line: string, { size, color }: OutputContext): string {
  return truncateToWidth(cleanOutputLine(line.replaceAll('\t', tab), color), size.columns);
}

function explainSilence(
  task: TaskView,
  tasks: Snapshot['view']['tasks'],
  { size, paint }: OutputContext,
): readonly string[] {
  const unsettled = task.dependsOn.filter((id) => tasks.get(id)?.state !== 'settled');
  const waits = task.state === 'waiting' && unsettled.length > 0;
  const text = waits ? `waits for ${unsettled.slice(0, 10).join(', ')}` : 'no output';
  return [paint('dim', truncateToWidth(text, size.columns))];
}
