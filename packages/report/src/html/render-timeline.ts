import { describeOutcome } from '../reporters/describe-outcome.ts';
import { assignLanes } from '../profile/assign-lanes.ts';
import { splitPhases } from '../profile/build-trace.ts';
import type { RunRecord, TaskRecord } from '../records/run-record.ts';
import { formatDuration } from '../text/format-duration.ts';
import { escapeHtml } from './escape-html.ts';
import { classOf } from './outcome-class.ts';

const widthPixels = 1160;
const laneHeight = 20;
const axisHeight = 22;
const charactersWide = 6.5;
const ticks = 8;

/** When each task was worked on, in rows that never overlap; the darker part is the execution itself. */
export function renderTimeline(record: RunRecord): string {
  const lanes = assignLanes(record.tasks);
  const rows = Math.max(1, ...lanes.values());
  const end = Math.max(record.durationMs, ...record.tasks.map(({ settledAt }) => settledAt ?? 0), 1);
  const scale = widthPixels / end;
  const tasks = record.tasks.map((task) => drawTask(task, lanes.get(task.id), scale)).join('');
  const height = axisHeight + rows * laneHeight;
  return `<svg class="timeline" viewBox="0 0 ${widthPixels} ${height}" role="img" aria-label="Timeline of the run">${drawAxis(end, height)}${tasks}</svg>`;
}

function drawAxis(end: number, height: number): string {
  return Array.from({ length: ticks }, (_, index) => {
    const x = (index * widthPixels) / ticks;
    const label = escapeHtml(formatDuration((index * end) / ticks));
    return `<line x1="${x}" x2="${x}" y1="0" y2="${height}" class="tick"/><text x="${x + 3}" y="13" class="axis">${label}</text>`;
  }).join('');
}

function drawTask(task: TaskRecord, lane: number | undefined, scale: number): string {
  const { activeAt, settledAt, outcome } = task;
  if (activeAt === null || settledAt === null || lane === undefined || outcome?.kind === 'skipped') return '';
  const y = axisHeight + (lane - 1) * laneHeight;
  const x = activeAt * scale;
  const width = Math.max(1, (settledAt - activeAt) * scale);
  const execution = splitPhases(task).find(({ name }) => name === 'execute');
  const dark =
    execution === undefined
      ? ''
      : `<rect x="${round(execution.from * scale)}" y="${y + 1}" width="${round(Math.max(1, (execution.to - execution.from) * scale))}" height="${laneHeight - 3}" class="${classOf(outcome)}"/>`;
  const fits = task.id.length * charactersWide < width;
  const label = fits ? `<text x="${round(x + 4)}" y="${y + 14}" class="label">${escapeHtml(task.id)}</text>` : '';
  return `<g data-task="${escapeHtml(task.id)}"><title>${escapeHtml(describeTask(task))}</title><rect x="${round(x)}" y="${y + 1}" width="${round(width)}" height="${laneHeight - 3}" class="light ${classOf(outcome)}"/>${dark}${label}</g>`;
}

function describeTask(task: TaskRecord): string {
  const phases = splitPhases(task).map(({ name, from, to }) => `${name}: ${formatDuration(to - from)}`);
  const outcome = task.outcome === null ? 'not settled' : describeOutcome(task.outcome);
  return [task.id, outcome, ...phases].join('\n');
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
