import { describeOutcome } from '../reporters/describe-outcome.ts';
import { cleanTerminalText } from '../text/clean-terminal-text.ts';
import { formatBytes } from '../text/format-bytes.ts';
import { formatDuration } from '../text/format-duration.ts';
import type { RunView, TaskView } from '../view/run-view.ts';
import { findCriticalPath, findFlakyTasks, findSlowestTasks, type TimedTask } from '../view/task-times.ts';
import { describeHitRate, describeTotals } from './describe-counts.ts';
import { describeCacheTrouble } from './describe-cache-trouble.ts';
import { describeUsage } from './describe-usage.ts';

const slowestShown = 10;
const failedShown = 50;
const failureLines = 20;

/** A run as Markdown, for `$GITHUB_STEP_SUMMARY`: at most about 100 kB, of the 1 MiB that GitHub takes. */
export function renderJobSummary(view: RunView): string {
  const parts = [
    `### ${escape(headlineOf(view))}`,
    renderFacts(view),
    renderFailures(view),
    renderTimes('Slowest tasks', findSlowestTasks(view, slowestShown)),
    renderTimes('Critical path', findCriticalPath(view).slice(-slowestShown)),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function headlineOf(view: RunView): string {
  const mark = view.finished?.exitCode === 0 ? '✅' : '❌';
  return `${mark} ${view.command}`;
}

function renderFacts(view: RunView): string {
  const { remote } = view;
  const rows: readonly (readonly [string, string])[] = [
    ['tasks', describeTotals(view)],
    ['hit rate', describeHitRate(view.hits)],
    ['time', formatDuration(view.finished?.durationMs ?? view.at)],
    ['saved by the cache', view.savedMs < 1 ? '' : formatDuration(view.savedMs)],
    ['used', escape(describeUsage(view))],
    [
      'remote cache',
      remote.downloadedBytes + remote.uploadedBytes === 0
        ? ''
        : `${formatBytes(remote.downloadedBytes)} down, ${formatBytes(remote.uploadedBytes)} up`,
    ],
    [
      'flaky',
      findFlakyTasks(view)
        .map(({ id }) => code(id))
        .join(', '),
    ],
    ['cache trouble', [...view.troubles.values()].map(({ code: kind }) => describeCacheTrouble(kind).title).join('; ')],
  ];
  const shown = rows.filter(([, value]) => value !== '').map(([name, value]) => `| ${name} | ${value} |`);
  return ['| | |', '| --- | --- |', ...shown].join('\n');
}

function renderFailures(view: RunView): string {
  const failed = view.groups.failed.slice(0, failedShown).flatMap((id) => view.tasks.get(id) ?? []);
  if (failed.length === 0) return '';
  return failed.map(renderFailure).join('\n\n');
}

function renderFailure(task: TaskView): string {
  const words = task.outcome === null ? '' : describeOutcome(task.outcome);
  const lines = (task.output?.last(failureLines) ?? []).map((line) => cleanTerminalText(line, false).slice(0, 200));
  // Longer than any run of backticks inside, so that the output cannot end the block.
  const fence = '`'.repeat(Math.max(3, ...lines.map((line) => longestBackticks(line) + 1)));
  const output = lines.length === 0 ? '' : `\n\n${fence}text\n${lines.join('\n')}\n${fence}\n`;
  return `<details><summary>${escape(`${task.id} ${words}`)}</summary>${output}\n</details>`;
}

function longestBackticks(line: string): number {
  return Math.max(0, ...(line.match(/`+/g) ?? []).map((run) => run.length));
}

function renderTimes(title: string, tasks: readonly TimedTask[]): string {
  if (tasks.length < 2) return '';
  const rows = tasks.map(({ task, durationMs }) => `| ${code(task)} | ${formatDuration(durationMs)} |`);
  return [`| ${title} | |`, '| --- | ---: |', ...rows].join('\n');
}

/** Names come from the repository: nothing in them may become Markdown, HTML or another cell. */
function code(text: string): string {
  return `<code>${escape(text)}</code>`;
}

function escape(text: string): string {
  return cleanTerminalText(text, false)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll(/[|`*_~[\]\\]/g, (character) => `&#${character.charCodeAt(0)};`)
    .replaceAll('\n', ' ');
}
