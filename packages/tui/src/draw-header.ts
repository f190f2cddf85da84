import {
  describeHitRate,
  displayWidth,
  findCriticalPath,
  fitToWidth,
  formatBytes,
  formatDuration,
  truncateToWidth,
  type Paint,
  type RunView,
} from '@larder/report';
import type { Snapshot } from './snapshot.ts';
import type { UiState } from './ui-state.ts';

const barColumns = 20;
const pathShown = 4;

/** Four lines: what runs and for how long, the bar with counts, the critical path, and a rule. */
export function drawHeader(
  snapshot: Snapshot,
  state: UiState,
  context: { columns: number; paint: Paint },
): readonly string[] {
  const { view } = snapshot;
  const { columns, paint } = context;
  return [
    drawTitle(snapshot, state, context),
    drawCounts(view, context),
    truncateToWidth(drawCriticalPath(view, paint), columns),
    paint('dim', '─'.repeat(columns)),
  ];
}

function drawTitle(
  { view, nowMs }: Snapshot,
  state: UiState,
  { columns, paint }: { columns: number; paint: Paint },
): string {
  const right = `${drawPhase(view, state, paint)}  ${formatDuration(view.finished?.durationMs ?? nowMs)}`;
  // The command names the program itself, which stands out here.
  const left = `${paint('bold', 'larder')} ${view.command.replace(/^larder /, '')}`;
  return truncateToWidth(fitToWidth(left, Math.max(0, columns - displayWidth(right) - 1)) + ' ' + right, columns);
}

function drawPhase(view: RunView, state: UiState, paint: Paint): string {
  if (view.finished !== null)
    return view.finished.exitCode === 0 ? paint('green', '✔ finished') : paint('red', '✖ failed');
  if (state.stopping) return paint('yellow', 'stopping, q again to force');
  return view.runId === null ? 'starting' : `${view.groups.active.size} running`;
}

function drawCounts(view: RunView, { columns, paint }: { columns: number; paint: Paint }): string {
  const total = view.tasks.size;
  const width = Math.min(barColumns, Math.floor(columns / 4));
  const filled = total === 0 ? 0 : Math.floor((width * view.settledCount) / total);
  const bar = paint('green', '█'.repeat(filled)) + paint('dim', '░'.repeat(width - filled));
  const { failed, skipped } = view.totals;
  const { downloadedBytes, uploadedBytes } = view.remote;
  const hitRate = describeHitRate(view.hits);
  return joinFitting(columns, [
    `${bar} ${view.settledCount}/${total}`,
    failed === 0 ? '' : paint('red', `${failed} failed`),
    hitRate === '' ? '' : `hits ${hitRate}`,
    view.savedMs < 1 ? '' : `${formatDuration(view.savedMs)} saved`,
    downloadedBytes + uploadedBytes === 0 ? '' : `↓ ${formatBytes(downloadedBytes)} ↑ ${formatBytes(uploadedBytes)}`,
    skipped === 0 ? '' : `${skipped} skipped`,
    view.troubles.size === 0 ? '' : paint('yellow', 'cache trouble'),
  ]);
}

/** What comes first matters most; what no longer fits is left out. */
function joinFitting(columns: number, parts: readonly string[]): string {
  let line = '';
  for (const part of parts) {
    const longer = line === '' ? part : `${line}  ${part}`;
    if (part !== '' && displayWidth(longer) <= columns) line = longer;
  }
  return line;
}

function drawCriticalPath(view: RunView, paint: Paint): string {
  const path = findCriticalPath(view).slice(-pathShown);
  if (path.length === 0) return '';
  const steps = path.map(({ task, durationMs }) => `${task} ${formatDuration(durationMs)}`);
  return `${paint('dim', 'critical path')} ${steps.join(' → ')}`;
}
