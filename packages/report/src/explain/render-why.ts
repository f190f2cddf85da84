import type { HashEntry, HashEntryKind, TaskHashDetails } from '@larder/core';
import type { LastTaskRun } from '../history/find-last-task-run.ts';
import type { TextOptions } from '../reporters/reporter-options.ts';
import { cleanTerminalText } from '../text/clean-terminal-text.ts';
import { createPaint, type Paint } from '../text/paint.ts';
import { renderTable } from '../text/render-table.ts';

export interface RenderWhyOptions extends TextOptions {
  /** The newest run record that knows the task; null where there is none. */
  readonly lastRun: LastTaskRun | null;
}

/** Every value that went into a task's hash, in groups by kind and in the order in which they were hashed. */
export function renderWhy(details: TaskHashDetails, options: RenderWhyOptions): string {
  const paint = createPaint(options.color);
  const groups = groupByKind(details.entries).map(([kind, entries]) => renderGroup(kind, entries, options));
  return `${paint('bold', details.task)}  ${details.hash}\n${renderLastRun(details, options.lastRun, paint)}\n${groups.join('\n')}`;
}

function renderLastRun(details: TaskHashDetails, lastRun: LastTaskRun | null, paint: Paint): string {
  if (lastRun === null) return paint('dim', 'No run of this task is recorded.\n');
  const when = new Date(lastRun.startedAtEpochMs).toISOString();
  const same = lastRun.hash === details.hash ? 'the same hash' : `another hash, ${lastRun.hash}`;
  const reason = lastRun.reason === null ? '' : ` (${cleanTerminalText(lastRun.reason, false)})`;
  return paint('dim', `The last run, ${when}, had ${same}: ${lastRun.outcome}${reason}.\n`);
}

function groupByKind(entries: readonly HashEntry[]): readonly (readonly [HashEntryKind, readonly HashEntry[]])[] {
  return [...Map.groupBy(entries, (entry) => entry.kind)];
}

function renderGroup(kind: HashEntryKind, entries: readonly HashEntry[], options: TextOptions): string {
  const paint = createPaint(options.color);
  const count = entries.length === 1 ? '' : ` (${entries.length})`;
  const rows = entries.map(({ name, value }) => [`  ${oneLine(name)}`, oneLine(value)]);
  return `${paint('cyan', titleOf(kind))}${count}\n${renderTable(null, rows, options)}`;
}

function oneLine(text: string): string {
  return cleanTerminalText(text, false).replaceAll('\n', '\\n').replaceAll('\t', '\\t');
}

function titleOf(kind: HashEntryKind): string {
  switch (kind) {
    case 'hash-version':
      return 'hash version';
    case 'executor':
    case 'options':
    case 'files':
    case 'outputs':
    case 'platform':
      return kind;
    case 'args':
      return 'arguments';
    case 'json':
      return 'JSON fields';
    case 'env':
      return 'environment (digests of the values)';
    case 'runtime':
      return 'runtime commands';
    case 'external':
      return 'external packages';
    case 'task':
      return 'hashes of dependencies';
    case 'output-files':
      return 'outputs of dependencies';
    case 'working-directory':
      return 'working directory';
    case 'plugin':
      return 'inputs from plugins';
  }
}
