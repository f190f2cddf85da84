import type { TaskId } from '@larder/core';
import { describeOutcome } from '../reporters/describe-outcome.ts';
import type { TextOptions } from '../reporters/reporter-options.ts';
import { formatBytes } from '../text/format-bytes.ts';
import { formatDuration } from '../text/format-duration.ts';
import { createPaint, type Paint } from '../text/paint.ts';
import { wrapWords } from '../text/wrap-words.ts';
import type { RunView } from '../view/run-view.ts';
import { findCriticalPath, findFlakyTasks, findSlowestTasks, type TimedTask } from '../view/task-times.ts';
import { describeHitRate, describeTotals } from './describe-counts.ts';
import { describeUsage } from './describe-usage.ts';
import { renderTroubles } from './render-troubles.ts';

const slowestShown = 5;
const criticalPathShown = 6;
const missReasonsShown = 5;
const failedShown = 20;
const flakyShown = 10;
const labelColumns = 9;
const minTextColumns = 20;
const rerunCommand = 'larder run ';

/**
 * The end of a run in a few lines: counts, hit rate, times, what was slow, trouble with the cache,
 * and last the failed tasks with the command that runs them again. Ends with a newline.
 */
export function renderSummary(view: RunView, options: TextOptions): string {
  const paint = createPaint(options.color);
  const rows = [
    row('tasks', describeTotals(view)),
    row('hit rate', describeHitRate(view.hits)),
    row('time', describeTime(view)),
    row('remote', describeTraffic(view)),
    row('used', describeUsage(view)),
    row('slowest', describeTasks(findSlowestTasks(view, slowestShown), ', ')),
    row('critical', describeCriticalPath(view)),
    row('flaky', describeFlaky(view)),
    ...renderMissReasons(view),
    ...renderTroubles(view, paint),
    ...renderFailedTasks(view, paint),
  ];
  const lines = rows.flatMap((each) => renderRow(each, options, paint));
  return `\n${[renderHeadline(view, paint), ...lines].join('\n')}\n`;
}

interface Row {
  readonly label: string;
  readonly text: string;
}

function row(label: string, text: string): Row {
  return { label, text };
}

/** Long rows continue below their text; a command to copy stays on one line. */
function renderRow({ label, text }: Row, options: TextOptions, paint: Paint): readonly string[] {
  if (text === '') return [];
  const width = Math.max(minTextColumns, options.columns - labelColumns - 3);
  const lines = text.includes(rerunCommand) ? [text] : wrapWords(text, width);
  return lines.map((line, index) => {
    const head = paint('dim', (index === 0 ? label : '').padEnd(labelColumns));
    return `  ${head} ${line.replaceAll(unbreakable, ' ')}`;
  });
}

function renderHeadline(view: RunView, paint: Paint): string {
  const { failed } = view.totals;
  const count = view.tasks.size;
  const tasks = count === 1 ? '1 task' : `${count} tasks`;
  if (failed > 0) return paint('red', paint('bold', `✖ ${failed} of ${tasks} failed`));
  if (view.finished === null || view.totals.cancelled > 0) {
    return paint(
      'yellow',
      paint('bold', `- ${view.settledCount - view.totals.cancelled} of ${tasks} settled, then the run ended`),
    );
  }
  if (view.finished.exitCode !== 0) return paint('red', paint('bold', `✖ exit code ${view.finished.exitCode}`));
  return paint('green', paint('bold', count === 0 ? '✔ nothing to do' : `✔ ${tasks} succeeded`));
}

function describeTime(view: RunView): string {
  const total = formatDuration(view.finished?.durationMs ?? view.at);
  return view.savedMs < 1 ? total : `${total}, ${formatDuration(view.savedMs)} saved by the cache`;
}

function describeTraffic({ remote }: RunView): string {
  const { downloadedBytes, uploadedBytes, skippedUploads } = remote;
  if (downloadedBytes === 0 && uploadedBytes === 0 && skippedUploads === 0) return '';
  const skipped = `; ${skippedUploads} not uploaded (${formatBytes(remote.skippedUploadBytes)}): executing takes less`;
  return `${formatBytes(downloadedBytes)} down, ${formatBytes(uploadedBytes)} up${skippedUploads === 0 ? '' : skipped}`;
}

function describeTasks(tasks: readonly TimedTask[], separator: string): string {
  return tasks.map(({ task, durationMs }) => keepTogether(`${task} ${formatDuration(durationMs)}`)).join(separator);
}

const unbreakable = '\u00A0';

/** So that no line ends between a task and its time; `renderRow` puts plain spaces back. */
function keepTogether(text: string): string {
  return text.replaceAll(' ', unbreakable);
}

function describeCriticalPath(view: RunView): string {
  // Tasks that were only looked at held nobody up.
  if (view.totals.upToDate === view.tasks.size) return '';
  const path = findCriticalPath(view);
  if (path.length < 2) return '';
  const hidden = Math.max(0, path.length - criticalPathShown);
  return `${hidden === 0 ? '' : `… ${hidden} more → `}${describeTasks(path.slice(hidden), ' → ')}`;
}

function describeFlaky(view: RunView): string {
  const flaky = findFlakyTasks(view);
  const shown = flaky.slice(0, flakyShown).map(({ id }) => id);
  return [...shown, ...(flaky.length > flakyShown ? [`${flaky.length - flakyShown} more`] : [])].join(', ');
}

function renderMissReasons(view: RunView): readonly Row[] {
  const reasons = [...view.missReasons].toSorted((a, b) => b[1] - a[1]);
  const shown = reasons.slice(0, missReasonsShown).map(([reason, count]) => `${count} × ${reason}`);
  const hidden = reasons.slice(missReasonsShown).reduce((sum, [, count]) => sum + count, 0);
  if (hidden > 0) shown.push(`${hidden} × other reasons`);
  return shown.map((text, index) => row(index === 0 ? 'misses' : '', text));
}

function renderFailedTasks(view: RunView, paint: Paint): readonly Row[] {
  const shown = view.groups.failed.slice(0, failedShown).flatMap((id, index) => {
    const label = index === 0 ? 'failed' : '';
    return [row(label, `${paint('red', id)}  ${describeFailed(view, id)}`), row('', `  ${rerunCommand}${id}`)];
  });
  const hidden = view.groups.failed.length - failedShown;
  return hidden > 0 ? [...shown, row('', `… ${hidden} more`)] : shown;
}

function describeFailed(view: RunView, id: TaskId): string {
  const outcome = view.tasks.get(id)?.outcome ?? null;
  return outcome === null ? '' : describeOutcome(outcome);
}
