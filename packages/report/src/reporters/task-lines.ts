import { LineSplitter, type TaskId } from '@larder/core';
import { cleanTerminalText, hasStyles } from '../text/clean-terminal-text.ts';
import type { Paint, Style } from '../text/paint.ts';

const prefixStyles: readonly Style[] = ['cyan', 'magenta', 'blue', 'green', 'yellow'];

/** Turns the output of many tasks into whole lines that start with the task's id. */
export class TaskLines {
  readonly #splitters = new Map<TaskId, { readonly stdout: LineSplitter; readonly stderr: LineSplitter }>();
  readonly #paint: Paint;
  readonly #color: boolean;

  constructor(paint: Paint, color: boolean) {
    this.#paint = paint;
    this.#color = color;
  }

  /** The lines that this text completes, with their ends; `''` where it completes none. */
  push(task: TaskId, stream: 'stdout' | 'stderr', text: string): string {
    let splitters = this.#splitters.get(task);
    if (splitters === undefined) {
      splitters = { stdout: new LineSplitter(), stderr: new LineSplitter() };
      this.#splitters.set(task, splitters);
    }
    return this.#join(task, splitters[stream].push(text));
  }

  /** What the task left unfinished; forgets the task. */
  finish(task: TaskId): string {
    const splitters = this.#splitters.get(task);
    this.#splitters.delete(task);
    const rest = [splitters?.stdout.flush() ?? null, splitters?.stderr.flush() ?? null];
    return this.#join(
      task,
      rest.filter((line) => line !== null),
    );
  }

  /** One line of our own about the task. */
  note(task: TaskId, text: string): string {
    return `${this.#prefix(task)} ${text}\n`;
  }

  #join(task: TaskId, lines: readonly string[]): string {
    if (lines.length === 0) return '';
    const prefix = this.#prefix(task);
    return lines.map((line) => `${prefix} ${cleanOutputLine(line, this.#color)}\n`).join('');
  }

  /** The same colour for a task in every run. */
  #prefix(task: TaskId): string {
    let sum = 0;
    for (let index = 0; index < task.length; index += 1) sum = (sum * 31 + task.charCodeAt(index)) % 65_521;
    return this.#paint(prefixStyles[sum % prefixStyles.length] ?? 'cyan', task);
  }
}

/** One line of a task's output, safe to print; styles end with the line. */
export function cleanOutputLine(line: string, color: boolean): string {
  const cleaned = cleanTerminalText(line, color);
  return hasStyles(cleaned) ? `${cleaned}\u001B[0m` : cleaned;
}
