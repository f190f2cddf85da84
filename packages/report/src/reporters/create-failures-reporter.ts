import { isSuccess, type Reporter, type RunEvent } from '@larder/core';
import { annotateFailure, annotateFlaky } from '../ci/annotate-failure.ts';
import { renderSummary } from '../summary/render-summary.ts';
import { createPaint } from '../text/paint.ts';
import { initialView } from '../view/own-view.ts';
import { reduceView } from '../view/reduce-view.ts';
import type { TaskView } from '../view/run-view.ts';
import { describeRetry, renderOutcomeLine } from './describe-outcome.ts';
import { GroupedOutput } from './grouped-output.ts';
import type { ReporterOptions, WriteText } from './reporter-options.ts';
import { isSilent } from './silent-events.ts';
import { TaskLines } from './task-lines.ts';

/** Of all failures together; one that does not fit any more is printed where it happened. */
const maxHeldCharacters = 32 * 1024 * 1024;

/**
 * One line for each task, and the whole output of those that failed at the end, just before the summary, so
 * that nobody has to search a log for it. What tasks that passed have printed is not shown, unless they failed
 * first. Continuous tasks stream.
 */
export function createFailuresReporter(write: WriteText, options: ReporterOptions): Reporter {
  const paint = createPaint(options.color);
  const continuous = new TaskLines(paint, options.color);
  const groups = new GroupedOutput(options.color);
  const held: string[] = [];
  let heldCharacters = 0;
  let view = options.view ?? initialView();

  function takeOutput(event: Extract<RunEvent, { type: 'task-output' }>): string {
    if (view.tasks.get(event.task)?.continuous === true) return continuous.push(event.task, event.stream, event.text);
    if (event.replayed) return '';
    const overflow = groups.push(event.task, event.stream, event.text);
    return overflow === '' ? '' : `${paint('bold', event.task)}  output so far\n${overflow}`;
  }

  function settle(event: Extract<RunEvent, { type: 'task-settled' }>): string {
    const isFlaky = isSuccess(event.outcome) && groups.hasAttempts(event.task);
    const body = groups.finish(event.task);
    const rest = continuous.finish(event.task);
    const task = view.tasks.get(event.task);
    if (!options.verbose && !isSuccess(event.outcome) && event.outcome.kind !== 'failed') return rest;
    const line = `${renderOutcomeLine(event.task, event.outcome, paint)}\n`;
    const flaky = task === undefined || options.ci === undefined ? '' : annotateFlaky(task, options.ci);
    if (event.outcome.kind !== 'failed') return rest + line + (isFlaky ? body : '') + flaky;
    const failure = line + renderFailure(task, body);
    if (heldCharacters + failure.length > maxHeldCharacters) return rest + failure;
    held.push(failure);
    heldCharacters += failure.length;
    return rest + line;
  }

  function renderFailure(task: TaskView | undefined, body: string): string {
    const command = task?.command ?? null;
    const annotations = task === undefined || options.ci === undefined ? '' : annotateFailure(task, options.ci);
    return `${command === null ? '' : `${paint('dim', `$ ${command}`)}\n`}${body}${annotations}`;
  }

  function takeHeld(): string {
    return held
      .splice(0)
      .map((failure) => `\n${failure}`)
      .join('');
  }

  function render(event: RunEvent): string {
    if (isSilent(event)) return '';
    switch (event.type) {
      case 'task-output':
        return takeOutput(event);
      case 'task-retried':
        groups.startAttempt(event.task, paint('yellow', describeRetry(event)));
        return '';
      case 'task-settled':
        return settle(event);
      case 'run-finished':
        return takeHeld() + renderSummary(view, options);
      case 'task-started':
        return '';
    }
  }

  return {
    onEvent(event) {
      view = reduceView(view, event);
      const text = render(event);
      if (text !== '') write(text);
    },
    /** A run that broke off shows its failures all the same. */
    async close() {
      const text = takeHeld();
      if (text !== '') write(text);
    },
  };
}
