import { LineSplitter, type RunEvent, type TaskId } from '@larder/core';
import type { BatchOutput } from './decide-output.ts';

type Output = Extract<RunEvent, { readonly type: 'task-output' }>;
type Stream = Output['stream'];

export interface LiveOutputOptions {
  readonly form: BatchOutput['live'];
  readonly write: (stream: Stream, text: string) => void;
  readonly projectOf: (task: TaskId) => string;
}

/** Shows what tasks print while they run, as Nx shows it: several at a time, each line behind the name of its project. */
export class LiveOutput {
  readonly #options: LiveOutputOptions;
  readonly #open = new Map<TaskId, Readonly<Record<Stream, LineSplitter>>>();

  constructor(options: LiveOutputOptions) {
    this.#options = options;
  }

  /** Whether it shows this. What a cache has kept was printed long ago. */
  shows({ replayed }: Output): boolean {
    return this.#options.form !== 'nothing' && !replayed;
  }

  push({ task, stream, text }: Output): void {
    if (this.#options.form === 'everything') this.#options.write(stream, text);
    else this.#writeLines(task, stream, this.#splittersOf(task)[stream].push(text));
  }

  /** Nothing more comes from the task: shows a last line that has no end. */
  finish(task: TaskId): void {
    const splitters = this.#open.get(task);
    if (splitters === undefined) return;
    this.#open.delete(task);
    for (const stream of ['stdout', 'stderr'] as const) {
      const rest = splitters[stream].flush();
      if (rest !== null) this.#writeLines(task, stream, [rest]);
    }
  }

  #splittersOf(task: TaskId): Readonly<Record<Stream, LineSplitter>> {
    const known = this.#open.get(task) ?? { stdout: new LineSplitter(), stderr: new LineSplitter() };
    this.#open.set(task, known);
    return known;
  }

  #writeLines(task: TaskId, stream: Stream, lines: readonly string[]): void {
    if (lines.length === 0) return;
    const prefix = `${this.#options.projectOf(task)}: `;
    this.#options.write(stream, lines.map((line) => `${prefix}${line}\n`).join(''));
  }
}
