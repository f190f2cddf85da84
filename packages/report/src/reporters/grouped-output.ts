import { LineSplitter, type TaskId } from '@larder/core';
import { cleanOutputLine } from './task-lines.ts';

/** Of one task, before what it has written so far is given out early. */
const maxHeldCharacters = 4 * 1024 * 1024;

interface Group {
  readonly stdout: LineSplitter;
  readonly stderr: LineSplitter;
  readonly chunks: string[];
  characters: number;
  hasAttempts: boolean;
}

/** Holds the output of running tasks until they settle; what is too much comes out early, nothing is lost. */
export class GroupedOutput {
  readonly #groups = new Map<TaskId, Group>();
  readonly #color: boolean;

  constructor(color: boolean) {
    this.#color = color;
  }

  /** Mostly `''`; all that was held, where it has grown too long. */
  push(task: TaskId, stream: 'stdout' | 'stderr', text: string): string {
    const group = this.#groups.get(task) ?? this.#open(task);
    this.#add(group, group[stream].push(text));
    return group.characters > maxHeldCharacters ? take(group) : '';
  }

  /** What the task prints from now on belongs to another attempt: a line of ours stands between. */
  startAttempt(task: TaskId, line: string): void {
    const group = this.#groups.get(task) ?? this.#open(task);
    this.#addUnfinished(group);
    group.chunks.push(`${line}\n`);
    group.hasAttempts = true;
  }

  /** Whether what is held is of more attempts than one. */
  hasAttempts(task: TaskId): boolean {
    return this.#groups.get(task)?.hasAttempts === true;
  }

  /** What is left of the task's output, whole lines; forgets the task. */
  finish(task: TaskId): string {
    const group = this.#groups.get(task);
    if (group === undefined) return '';
    this.#groups.delete(task);
    this.#addUnfinished(group);
    return take(group);
  }

  #addUnfinished(group: Group): void {
    const rest = [group.stdout.flush(), group.stderr.flush()].filter((line) => line !== null);
    this.#add(group, rest);
  }

  #open(task: TaskId): Group {
    const group = {
      stdout: new LineSplitter(),
      stderr: new LineSplitter(),
      chunks: [],
      characters: 0,
      hasAttempts: false,
    };
    this.#groups.set(task, group);
    return group;
  }

  #add(group: Group, lines: readonly string[]): void {
    if (lines.length === 0) return;
    const text = lines.map((line) => `${cleanOutputLine(line, this.#color)}\n`).join('');
    group.chunks.push(text);
    group.characters += text.length;
  }
}

function take(group: Group): string {
  const text = group.chunks.join('');
  group.chunks.length = 0;
  group.characters = 0;
  return text;
}
