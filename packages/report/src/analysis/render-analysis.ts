import type { TextOptions } from '../reporters/reporter-options.ts';
import { describeTransfers } from '../summary/describe-transfers.ts';
import { formatDuration } from '../text/format-duration.ts';
import { createPaint } from '../text/paint.ts';
import { renderSparkline } from '../text/plots.ts';
import { renderTable } from '../text/render-table.ts';
import type { Change, Prediction, RunAnalysis, Validation } from './analyze-run.ts';

const chainShown = 15;
const changesShown = 6;

export function renderAnalysis(analysis: RunAnalysis, options: TextOptions): string {
  const paint = createPaint(options.color);
  const section = (title: string, text: string): string => (text === '' ? '' : `\n${paint('bold', title)}\n${text}`);
  return [
    `${paint('bold', analysis.command)}  ${analysis.runId}\n`,
    renderHead(analysis, options),
    section('what the run waited for, in order', renderChain(analysis, options)),
    section('idle slots, by the task that was waited for', renderIdle(analysis, options)),
    section('what if', renderChanges(analysis, options)),
    section('the prediction against runs that took place', renderValidation(analysis.validation, options)),
    `\n${describeBest(analysis)}\n`,
  ].join('');
}

function renderHead(analysis: RunAnalysis, options: TextOptions): string {
  const { wallMs, simulatedMs, slots, slotUse } = analysis;
  const idle = `${Math.round(slotUse.idleShare * 100)}% idle`;
  const rows = [
    [
      '  time',
      `${formatDuration(wallMs)}, simulated ${formatDuration(simulatedMs)} (${describeError(simulatedMs, wallMs)})`,
    ],
    ['  slots', `${slots}, on average ${slotUse.meanRunning.toFixed(1)} in use, ${idle}`],
    ['  in use', renderSparkline([...slotUse.overTime])],
    ...listRemote(analysis),
  ];
  return renderTable(null, rows, options);
}

function listRemote(analysis: RunAnalysis): readonly string[][] {
  const { downloadedBytes, uploadedBytes, unusedDownloads } = analysis;
  if (downloadedBytes + uploadedBytes + unusedDownloads === 0) return [];
  return [['  remote', describeTransfers(analysis)]];
}

function describeError(predicted: number, measured: number): string {
  const percent = measured === 0 ? 0 : ((predicted - measured) / measured) * 100;
  return `${percent >= 0 ? '+' : ''}${percent.toFixed(1)}%`;
}

function renderChain({ chain }: RunAnalysis, options: TextOptions): string {
  const rows = chain
    .slice(-chainShown)
    .map(({ task, tookMs, waitedMs }) => [
      `  ${task}`,
      formatDuration(tookMs),
      waitedMs < 1 ? '' : `after waiting ${formatDuration(waitedMs)}`,
    ]);
  return renderTable(null, rows, options);
}

function renderIdle({ slotUse }: RunAnalysis, options: TextOptions): string {
  const rows = slotUse.causes.map(({ task, idleSlotMs }) => [
    `  ${task ?? '(no task: lookups, start and end)'}`,
    formatDuration(idleSlotMs),
  ]);
  return renderTable(null, rows, options);
}

function renderChanges({ whatIf }: RunAnalysis, options: TextOptions): string {
  const ofTasks = whatIf.filter(({ change }) => change.kind === 'twice-as-fast' || change.kind === 'split');
  const slots = whatIf.flatMap((prediction) =>
    prediction.change.kind === 'slots' ? [{ prediction, slots: prediction.change.slots }] : [],
  );
  const shown = [
    ...slots.toSorted((a, b) => a.slots - b.slots).map(({ prediction }) => prediction),
    ...whatIf.filter(({ change }) => change.kind === 'perfect-cache'),
    ...ofTasks.filter(({ savedMs }) => savedMs >= 1).slice(0, changesShown),
  ];
  return renderTable(
    null,
    shown.map((prediction) => [
      `  ${describeChange(prediction.change)}`,
      formatDuration(prediction.predictedMs),
      describeSaved(prediction),
    ]),
    options,
  );
}

function describeSaved({ savedMs }: Prediction): string {
  if (Math.abs(savedMs) < 1) return 'no change';
  return savedMs > 0 ? `saves ${formatDuration(savedMs)}` : `costs ${formatDuration(-savedMs)}`;
}

export function describeChange(change: Change): string {
  switch (change.kind) {
    case 'slots':
      return change.slots === 1 ? '1 slot' : `${change.slots} slots`;
    case 'perfect-cache':
      return 'a perfect cache';
    case 'twice-as-fast':
      return `${change.task} twice as fast`;
    case 'split':
      return `${change.task} split in two`;
  }
}

function renderValidation(validation: readonly Validation[], options: TextOptions): string {
  const rows = validation.map(({ runId, slots, measuredMs, predictedMs }) => [
    `  ${runId}`,
    String(slots),
    formatDuration(measuredMs),
    formatDuration(predictedMs),
    describeError(predictedMs, measuredMs),
  ]);
  return renderTable(['  run', 'slots', 'measured', 'predicted', 'error'], rows, options);
}

/** A perfect cache is always best and nothing that one can do, so it is not named. */
function describeBest({ whatIf }: RunAnalysis): string {
  const best = whatIf.find(({ change }) => change.kind !== 'perfect-cache');
  if (best === undefined || best.savedMs < 1)
    return 'No single change of slots or of a task would make this run faster.';
  return `Saves most: ${describeChange(best.change)}, ${formatDuration(best.savedMs)} of ${formatDuration(best.predictedMs + best.savedMs)}.`;
}
