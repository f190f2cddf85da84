import type { RunRecord } from '../records/run-record.ts';
import type { TextOptions } from '../reporters/reporter-options.ts';
import { cleanTerminalText } from '../text/clean-terminal-text.ts';
import { formatDuration } from '../text/format-duration.ts';
import { renderTable } from '../text/render-table.ts';

/** A line for each run, in the order given. */
export function renderRuns(runs: readonly RunRecord[], options: TextOptions): string {
  const rows = runs.map(({ runId, startedAtEpochMs, exitCode, durationMs, tasks, slots, git, command }) => [
    runId,
    new Date(startedAtEpochMs).toISOString().slice(0, 19).replace('T', ' '),
    String(exitCode),
    formatDuration(durationMs),
    String(tasks.length),
    String(slots),
    `${git.branch ?? git.head?.slice(0, 8) ?? '-'}${git.dirty === true ? ' *' : ''}`,
    cleanTerminalText(command, false).replaceAll('\n', ' '),
  ]);
  return renderTable(['run', 'started (UTC)', 'exit', 'time', 'tasks', 'slots', 'branch', 'command'], rows, options);
}
