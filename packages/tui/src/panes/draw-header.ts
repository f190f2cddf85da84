import {
  describeHitRate,
  displayWidth,
  estimateRemainingMs,
  findCriticalPath,
  fitToWidth,
  formatBytes,
  formatDuration,
  truncateToWidth,
  type Paint,
  type RunView,
} from '@larder/report';
import type { Snapshot } from '../snapshot.ts';
import { isAtEnd, type UiState } from '../state/ui-state.ts';
import { describeMachine, describeUsage } from './describe-usage.ts';
import type { Size } from './layout.ts';

const maxBarColumns = 30;
const pathShown = 4;

export interface HeaderContext {
  readonly size: Size;
  readonly paint: Paint;
}

/** What runs and for how long, the bar with counts, the critical path, and a rule: as many as there are rows for. */
export function drawHeader(snapshot: Snapshot, state: UiState, context: HeaderContext): readonly string[] {
  const { view } = snapshot;
  const { size, paint } = context;
  switch (size.rows) {
    case 0:
      return [];
    case 1:
      return [
        truncateToWidth(`${drawProgress(view, size.columns, paint)}  ${drawPhase(view, state, paint)}`, size.columns),
      ];
    case 2:
      return [drawTitle(snapshot, state, context), drawCounts(view, context)];
    default:
      return [
        drawTitle(snapshot, state, context),
        drawCounts(view, context),
        drawPathAndUsage(snapshot, context),
        paint('dim', '─'.repeat(size.columns)),
      ];
  }
}

function drawTitle(snapshot: Snapshot, state: UiState, { size: { columns }, paint }: HeaderContext): string {
  const { view, nowMs } = snapshot;
  const times = `${formatDuration(view.finished?.durationMs ?? nowMs)}${describeRemaining(snapshot)}`;
  const right = `${drawPhase(view, state, paint)}  ${times}`;
  // The command names the program itself, which stands out here.
  const left = `${paint('bold', 'larder')} ${view.command.replace(/^larder /, '')}`;
  return truncateToWidth(`${fitToWidth(left, Math.max(0, columns - displayWidth(right) - 1))} ${right}`, columns);
}

/** Whole seconds, for it is a guess and should not flicker. */
function describeRemaining({ view, nowMs, forecasts }: Snapshot): string {
  if (view.finished !== null) return '';
  const remainingMs = estimateRemainingMs(view, forecasts, nowMs);
  return remainingMs === null ? '' : `  ~${formatDuration(Math.max(1, Math.ceil(remainingMs / 1000)) * 1000)} left`;
}

function drawPhase(view: RunView, state: UiState, paint: Paint): string {
  if (view.finished !== null)
    return view.finished.exitCode === 0 ? paint('green', '✔ finished') : paint('red', '✖ failed');
  if (isAtEnd(view, state)) return paint('yellow', 'all is done, q leaves');
  if (state.stopping) return paint('yellow', 'stopping, q again to force');
  return view.runId === null ? 'starting' : `${view.groups.active.size} running`;
}

function drawProgress(view: RunView, columns: number, paint: Paint): string {
  const total = view.tasks.size;
  const width = Math.min(maxBarColumns, Math.floor(columns / 4));
  const filled = total === 0 ? 0 : Math.floor((width * view.settledCount) / total);
  const failed =
    view.totals.failed === 0 || filled === 0 ? 0 : Math.max(1, Math.round((width * view.totals.failed) / total));
  const done =
    paint('green', '█'.repeat(Math.max(0, filled - failed))) + paint('red', '█'.repeat(Math.min(filled, failed)));
  return `${done}${paint('dim', '░'.repeat(width - filled))} ${view.settledCount}/${total}`;
}

function drawCounts(view: RunView, { size: { columns }, paint }: HeaderContext): string {
  const { failed, skipped } = view.totals;
  const hitRate = describeHitRate(view.hits);
  return joinFitting(columns, [
    drawProgress(view, columns, paint),
    failed === 0 ? '' : paint('red', `✖ ${failed} failed`),
    hitRate === '' ? '' : `hits ${hitRate}`,
    view.savedMs < 1 ? '' : `${formatDuration(view.savedMs)} saved`,
    describeTraffic(view),
    skipped === 0 ? '' : `${skipped} skipped`,
    view.troubles.size === 0 ? '' : paint('yellow', 'cache trouble'),
  ]);
}

function describeTraffic({ remote }: RunView): string {
  const parts = [
    describeTransfer('↓', remote.downloadedBytes, remote.downloadMs),
    describeTransfer('↑', remote.uploadedBytes, remote.uploadMs),
  ];
  return parts.filter((part) => part !== '').join(' ');
}

/** The speed of one transfer on average. */
function describeTransfer(sign: string, sizeBytes: number, durationMs: number): string {
  if (sizeBytes === 0) return '';
  const speed = durationMs < 1 ? '' : ` (${formatBytes((1000 * sizeBytes) / durationMs)}/s)`;
  return `${sign} ${formatBytes(sizeBytes)}${speed}`;
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

/** What is used stands at the right, where it does not move. */
function drawPathAndUsage(snapshot: Snapshot, { size: { columns }, paint }: HeaderContext): string {
  const path = drawCriticalPath(snapshot.view, paint);
  const right = joinFitting(Math.floor(columns / 3), [describeUsage(snapshot), ...describeMachine(snapshot)]);
  if (right === '') return truncateToWidth(path, columns);
  return `${fitToWidth(path, columns - displayWidth(right) - 1)} ${right}`;
}

function drawCriticalPath(view: RunView, paint: Paint): string {
  const path = findCriticalPath(view).slice(-pathShown);
  if (path.length === 0) return '';
  const steps = path.map(({ task, durationMs }) => `${task} ${formatDuration(durationMs)}`);
  return `${paint('dim', 'critical path')} ${steps.join(' → ')}`;
}
