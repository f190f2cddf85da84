import { renderOutcomeLine } from '../reporters/describe-outcome.ts';
import type { TextOptions } from '../reporters/reporter-options.ts';
import { cleanOutputLine } from '../reporters/task-lines.ts';
import { createPaint, type Paint } from '../text/paint.ts';
import type { RunView, TaskView } from '../view/run-view.ts';

const maxTasks = 20;
const maxLinesPerTask = 100;

/** The end of each failed task's output, at most 20 tasks with 100 lines each; `''` where none failed. */
export function renderFailures(view: RunView, options: TextOptions): string {
  const failed = view.groups.failed.map((id) => view.tasks.get(id)).filter((task) => task !== undefined);
  if (failed.length === 0) return '';
  const paint = createPaint(options.color);
  const shown = failed.slice(0, maxTasks).map((task) => renderFailure(task, options, paint));
  const more = failed.length - shown.length;
  return `\n${shown.join('\n')}${more === 0 ? '' : `\n… ${more} more failed tasks\n`}`;
}

function renderFailure(task: TaskView, options: TextOptions, paint: Paint): string {
  if (task.outcome === null) return '';
  const head = `${renderOutcomeLine(task.id, task.outcome, paint)}\n`;
  const command = task.command === null ? '' : `${paint('dim', `$ ${task.command}`)}\n`;
  return head + renderAttempts(task, paint) + command + renderTail(task, options, paint);
}

/** Their output came where it was printed; here stands how they ended. */
function renderAttempts({ failedAttempts }: TaskView, paint: Paint): string {
  return failedAttempts
    .map(({ exitCode }, index) => `${paint('dim', `attempt ${index + 1} ended with exit code ${exitCode}`)}\n`)
    .join('');
}

function renderTail(task: TaskView, options: TextOptions, paint: Paint): string {
  if (task.output === null) return '';
  const available = task.output.last(Infinity);
  const lines = available.slice(-maxLinesPerTask);
  const hidden = task.output.droppedLines + available.length - lines.length;
  const note = hidden === 0 ? '' : `${paint('dim', `… ${hidden} earlier lines`)}\n`;
  return note + lines.map((line) => `${cleanOutputLine(line, options.color)}\n`).join('');
}
