import { isSuccess, type Reporter, type RunEvent, type TaskId, type TaskOutcome } from '@larder/core';
import { annotateFailure, annotateFlaky, type CiOutput } from '../ci/annotate-failure.ts';
import { renderFailures } from '../summary/render-failures.ts';
import { renderSummary } from '../summary/render-summary.ts';
import { createPaint, type Paint } from '../text/paint.ts';
import { initialView } from '../view/own-view.ts';
import { reduceView } from '../view/reduce-view.ts';
import { describeRetry, renderOutcomeLine } from './describe-outcome.ts';
import { GroupedOutput } from './grouped-output.ts';
import { OutputGate } from './output-gate.ts';
import type { ReporterOptions, WriteText } from './reporter-options.ts';
import { isSilent } from './silent-events.ts';
import { TaskLines } from './task-lines.ts';

/**
 * Prints a task when it settles: one line, below it the output where the task ran. Hits are one line
 * each, tasks that were left out are only counted. Failures come once more before the summary, unless
 * nothing was printed after them. Continuous tasks have no end to wait for: theirs streams. In CI systems
 * that fold text, output of tasks that passed is folded, and never that of those that failed.
 */
export function createStaticReporter(write: WriteText, options: ReporterOptions): Reporter {
  const paint = createPaint(options.color);
  const continuous = new TaskLines(paint, options.color);
  const groups = new GroupedOutput(options.color);
  const gate = new OutputGate((task) => (options.verbose ? 'full' : (view.tasks.get(task)?.outputLogs ?? 'full')));
  let view = options.view ?? initialView();
  let lastPrinted: TaskId | null = null;

  function takeOutput(event: Extract<RunEvent, { type: 'task-output' }>): string {
    if (view.tasks.get(event.task)?.continuous === true) return continuous.push(event.task, event.stream, event.text);
    if (event.replayed && !options.verbose) return '';
    const overflow = groups.push(event.task, event.stream, event.text);
    return overflow === '' ? '' : `${paint('bold', event.task)}  output so far\n${overflow}`;
  }

  function settle(event: Extract<RunEvent, { type: 'task-settled' }>): string {
    const body = groups.finish(event.task) + continuous.finish(event.task);
    if (!isShown(event.outcome, options.verbose)) return body;
    lastPrinted = event.task;
    const line = renderOutcomeLine(event.task, event.outcome, paint);
    const text = `${renderCommand(event, paint)}${body}`;
    return options.ci === undefined ? `${line}\n${text}` : markUp(event, { line, text, ci: options.ci });
  }

  function markUp(event: Extract<RunEvent, { type: 'task-settled' }>, parts: MarkedParts): string {
    const { line, text, ci } = parts;
    const task = view.tasks.get(event.task);
    const annotations = task === undefined ? '' : annotateFailure(task, ci) + annotateFlaky(task, ci);
    if (text === '' || event.outcome.kind === 'failed') return `${line}\n${text}${annotations}`;
    const title = renderOutcomeLine(event.task, event.outcome, (_style, plain) => plain);
    const [open, close] = [ci.markup.openGroup(title, ci.epochMs()), ci.markup.closeGroup(title, ci.epochMs())];
    return `${open}${text}${close}${annotations}`;
  }

  function renderCommand(event: Extract<RunEvent, { type: 'task-settled' }>, painted: Paint): string {
    const command = view.tasks.get(event.task)?.command ?? null;
    const wanted = event.outcome.kind === 'failed' || (options.verbose && event.outcome.kind === 'executed');
    return wanted && command !== null ? `${painted('dim', `$ ${command}`)}\n` : '';
  }

  function finish(): string {
    const [only, ...others] = view.groups.failed;
    const alreadyLast = only !== undefined && others.length === 0 && only === lastPrinted;
    return (alreadyLast ? '' : renderFailures(view, options)) + renderSummary(view, options);
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
        return finish();
      case 'task-started':
        return '';
    }
  }

  return {
    onEvent(event) {
      view = reduceView(view, event);
      const text = gate.pass(event).map(render).join('');
      if (text !== '') write(text);
    },
    async close() {},
  };
}

interface MarkedParts {
  readonly line: string;
  readonly text: string;
  readonly ci: CiOutput;
}

function isShown(outcome: TaskOutcome, verbose: boolean): boolean {
  return verbose || isSuccess(outcome) || outcome.kind === 'failed';
}
