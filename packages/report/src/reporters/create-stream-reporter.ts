import type { Reporter, RunEvent, TaskId } from '@larder/core';
import { annotateFailure, annotateFlaky } from '../ci/annotate-failure.ts';
import { createPaint } from '../text/paint.ts';
import { initialView } from '../view/own-view.ts';
import { reduceView } from '../view/reduce-view.ts';
import { renderSummary } from '../summary/render-summary.ts';
import { describeRetry, renderOutcomeLine } from './describe-outcome.ts';
import { OutputGate } from './output-gate.ts';
import type { ReporterOptions, WriteText } from './reporter-options.ts';
import { isSilent } from './silent-events.ts';
import { TaskLines } from './task-lines.ts';

/**
 * Prints output as it comes, each line with its task in front. Only whole lines are written, so that
 * tasks that run at the same time never share one. Replayed output of hits is printed too.
 */
export function createStreamReporter(write: WriteText, options: ReporterOptions): Reporter {
  const paint = createPaint(options.color);
  const lines = new TaskLines(paint, options.color);
  const gate = new OutputGate((task) => (options.verbose ? 'full' : (view.tasks.get(task)?.outputLogs ?? 'full')));
  let view = options.view ?? initialView();

  function annotate(id: TaskId): string {
    const task = view.tasks.get(id);
    if (task === undefined || options.ci === undefined) return '';
    return annotateFailure(task, options.ci) + annotateFlaky(task, options.ci);
  }

  function render(event: RunEvent): string {
    if (isSilent(event)) return '';
    switch (event.type) {
      case 'task-started':
        return lines.note(event.task, paint('dim', `$ ${event.command}`));
      case 'task-output':
        return lines.push(event.task, event.stream, event.text);
      case 'task-retried':
        return `${lines.finish(event.task)}${lines.note(event.task, paint('yellow', describeRetry(event)))}`;
      case 'task-settled':
        return `${lines.finish(event.task)}${renderOutcomeLine(event.task, event.outcome, paint)}\n${annotate(event.task)}`;
      case 'run-finished':
        return renderSummary(view, options);
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
