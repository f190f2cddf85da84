import { describeOutcome } from '../reporters/describe-outcome.ts';
import { findAnnotations } from '../annotations/find-annotations.ts';
import type { TaskView } from '../view/run-view.ts';
import type { CiMarkup } from './ci-markup.ts';

/** What a reporter needs in a CI system that it knows. */
export interface CiOutput {
  readonly markup: CiMarkup;
  /**
   * The path of a file that a task of the project has named, relative to the checkout, as the CI system wants
   * it; null where there is no such file.
   */
  readonly locate: (project: string, file: string) => string | null;
  /** Wall clock. */
  readonly epochMs: () => number;
}

/** Marks what a failed task's output says about files; where it says nothing, the failure itself. */
export function annotateFailure(task: TaskView, { markup, locate }: CiOutput): string {
  if (task.outcome?.kind !== 'failed') return '';
  const located = findAnnotations(task.output?.last(Infinity) ?? []).flatMap((annotation) => {
    const file = annotation.file === null ? null : locate(task.project, annotation.file);
    return file === null ? [] : [markup.annotate({ ...annotation, file }, task.id)];
  });
  if (located.length > 0) return located.join('');
  const message = describeOutcome(task.outcome);
  return markup.annotate({ severity: 'error', file: null, line: null, column: null, message }, task.id);
}

/** A task that passed only when it was tried again is said so, never silently. */
export function annotateFlaky(task: TaskView, { markup }: CiOutput): string {
  if (task.outcome?.kind !== 'executed' || task.outcome.attempts < 2) return '';
  const message = `flaky: it failed and then passed at attempt ${task.outcome.attempts}`;
  return markup.annotate({ severity: 'warning', file: null, line: null, column: null, message }, task.id);
}
