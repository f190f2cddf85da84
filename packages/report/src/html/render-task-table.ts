import { describeOutcome } from '../reporters/describe-outcome.ts';
import { splitPhases } from '../profile/build-trace.ts';
import type { RunRecord, TaskRecord } from '../records/run-record.ts';
import { formatBytes } from '../text/format-bytes.ts';
import { formatDuration } from '../text/format-duration.ts';
import { escapeHtml } from './escape-html.ts';
import { classOf } from './outcome-class.ts';

const columns = [
  'task',
  'outcome',
  'took',
  'hash',
  'lookup',
  'waited',
  'CPU',
  'memory',
  'stored',
  'miss reason',
  'before',
];

/** Every task, with the run before beside it; the page's script sorts and filters it. */
export function renderTaskTable(record: RunRecord, previous: RunRecord | null): string {
  const before = new Map(previous?.tasks.map((task) => [task.id, task]));
  const head = columns.map((name, index) => `<th><button type="button" data-column="${index}">${name}</button></th>`);
  const rows = record.tasks.map((task) => renderRow(task, before.get(task.id)));
  return `<table id="tasks"><thead><tr>${head.join('')}</tr></thead><tbody>${rows.join('')}</tbody></table>`;
}

function renderRow(task: TaskRecord, before: TaskRecord | undefined): string {
  const phases = new Map(splitPhases(task).map(({ name, from, to }) => [name, to - from]));
  const took = phases.get('execute') ?? phases.get('restore') ?? 0;
  const cells = [
    cell(task.id),
    `<td><span class="dot ${classOf(task.outcome)}"></span>${escapeHtml(describe(task))}</td>`,
    timeCell(took),
    timeCell(task.hashMs),
    timeCell(task.lookupMs),
    timeCell(phases.get('wait for a slot') ?? null),
    timeCell(task.cpuMs),
    bytesCell(task.peakMemoryBytes),
    bytesCell(task.storedBytes),
    cell(task.reason ?? ''),
    cell(before === undefined ? '' : describeBefore(task, before)),
  ];
  return `<tr data-task="${escapeHtml(task.id)}">${cells.join('')}</tr>`;
}

function describe({ outcome }: TaskRecord): string {
  return outcome === null ? 'not settled' : describeOutcome(outcome);
}

/** Whether the inputs moved, and what it took then. */
function describeBefore(task: TaskRecord, before: TaskRecord): string {
  const hash =
    task.hash === null || before.hash === null ? '' : task.hash === before.hash ? 'same hash, ' : 'other hash, ';
  return `${hash}${describe(before)}`;
}

function timeCell(ms: number | null): string {
  return ms === null ? cell('') : sortable(ms, formatDuration(ms));
}

function bytesCell(bytes: number | null): string {
  return bytes === null ? cell('') : sortable(bytes, formatBytes(bytes));
}

function sortable(value: number, text: string): string {
  return `<td class="number" data-value="${value}">${escapeHtml(text)}</td>`;
}

function cell(text: string): string {
  return `<td>${escapeHtml(text)}</td>`;
}
