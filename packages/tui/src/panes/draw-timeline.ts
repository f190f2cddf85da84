import { displayWidth, fitToWidth, formatDuration, type Paint, type TaskView } from '@larder/report';
import type { Snapshot } from '../snapshot.ts';
import { filterTasks, isFiltering } from '../state/filter.ts';
import { findCurrentTask, type UiState } from '../state/ui-state.ts';
import type { Look } from './look.ts';
import { drawIcon } from './task-icon.ts';

const maxNameColumns = 36;
const timeColumns = 10;
/** The mark before a name, and the icon after it. */
const leadColumns = 5;
const minStepColumns = 14;

/** A row for each task in the order in which they began, around the current one; time goes to the right. */
export function drawTimeline(snapshot: Snapshot, state: UiState, { size, paint }: Look): readonly string[] {
  const tasks = listBegun(snapshot, state);
  const nameColumns = Math.min(maxNameColumns, Math.floor(size.columns * 0.35));
  const barColumns = Math.max(1, size.columns - nameColumns - leadColumns - timeColumns);
  const totalMs = Math.max(1, snapshot.view.finished?.durationMs ?? snapshot.nowMs, snapshot.view.at);
  const scale: Scale = { nowMs: snapshot.nowMs, totalMs, columns: barColumns };
  const rows = Math.max(0, size.rows - 1);
  const current = findCurrentTask(filterTasks(snapshot.view, state.filter), state);
  const focus = tasks.findIndex(({ id }) => id === current);
  const top = Math.max(0, Math.min((focus === -1 ? tasks.length : focus) - Math.floor(rows / 2), tasks.length - rows));
  const lines = tasks.slice(top, top + rows).map((task) => {
    const name = fitToWidth(task.id, nameColumns);
    const isCurrent = task.id === current;
    const duration = formatDuration(endOf(task, scale) - beginningOf(task)).padStart(timeColumns - 1);
    const label = isCurrent ? paint('bold', `❯ ${name}`) : `  ${name}`;
    return `${label} ${drawIcon(task, paint)} ${drawBar(task, scale, paint)}${duration}`;
  });
  const axis = ' '.repeat(nameColumns + leadColumns) + drawAxis(scale);
  return [paint('dim', fitToWidth(axis, size.columns)), ...lines.map((line) => cutRight(line, size.columns))];
}

interface Scale {
  readonly nowMs: number;
  readonly totalMs: number;
  readonly columns: number;
}

function cutRight(line: string, columns: number): string {
  return displayWidth(line) > columns ? fitToWidth(line, columns) : line;
}

function listBegun({ view }: Snapshot, { filter }: UiState): readonly TaskView[] {
  const begun = view.startOrder.flatMap((id) => view.tasks.get(id) ?? []);
  if (!isFiltering(filter)) return begun;
  const { failed, active, waiting, done } = filterTasks(view, filter).groups;
  const kept = new Set([...failed, ...active, ...waiting, ...done]);
  return begun.filter(({ id }) => kept.has(id));
}

function beginningOf(task: TaskView): number {
  return task.activeAt ?? 0;
}

function endOf(task: TaskView, { nowMs }: Scale): number {
  return Math.max(beginningOf(task), task.settledAt ?? nowMs);
}

/** Lookup, waiting for a slot and restoring are light, execution is solid. */
function drawBar(task: TaskView, scale: Scale, paint: Paint): string {
  const columnOf = (ms: number): number => Math.min(scale.columns, Math.max(0, (ms / scale.totalMs) * scale.columns));
  const start = Math.min(scale.columns - 1, Math.floor(columnOf(beginningOf(task))));
  const end = Math.max(start + 1, Math.ceil(columnOf(endOf(task, scale))));
  const executes =
    task.startedAt === null ? end : Math.min(end - 1, Math.max(start, Math.floor(columnOf(task.startedAt))));
  const light = '░'.repeat(executes - start);
  const solid = '█'.repeat(end - executes);
  const bar = paint('dim', light) + paint(styleOf(task), solid);
  return ' '.repeat(start) + bar + ' '.repeat(scale.columns - end);
}

function styleOf({ outcome }: TaskView): 'red' | 'green' | 'cyan' {
  if (outcome === null) return 'cyan';
  return outcome.kind === 'failed' ? 'red' : 'green';
}

/** Marks at round times, as many as have room. */
function drawAxis({ columns, totalMs }: Scale): string {
  const stepMs = findRoundStep((totalMs * minStepColumns) / columns);
  let axis = '';
  for (let ms = 0; ms < totalMs; ms += stepMs) {
    const column = Math.floor((ms / totalMs) * columns);
    const label = ms === 0 ? '|0' : `|${formatDuration(ms)}`;
    if (column + label.length > columns) break;
    axis += ' '.repeat(Math.max(0, column - axis.length)) + label;
  }
  return axis;
}

/** 1, 2 or 5 of a power of ten; of minutes, where it is one or more. */
function findRoundStep(leastMs: number): number {
  const unitMs = leastMs >= 60_000 ? 60_000 : 1;
  const least = Math.max(1, leastMs / unitMs);
  const power = 10 ** Math.floor(Math.log10(least));
  const factor = [1, 2, 5, 10].find((each) => each * power >= least) ?? 10;
  return factor * power * unitMs;
}
