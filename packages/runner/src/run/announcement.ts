import type { Task, TaskId } from '@larder/core';
import type { RunPorts } from './run-request.ts';

export interface AnnouncedStart {
  /** What is told before the start is. */
  readonly tellMiss: (at: number) => void;
  readonly attempt: number;
  /** Whether its processes take what is written to them. */
  readonly takesInput: boolean;
}

/** That a task starts: told when it has been started, because telling takes a while in which it can run, as of before. */
export class Announcement {
  /** What is executed, as people know it. */
  command: string;
  readonly #task: TaskId;
  readonly #events: RunPorts['events'];
  readonly #options: AnnouncedStart;
  readonly #at: number;
  #isTold = false;

  constructor(task: Task, { events }: RunPorts, options: AnnouncedStart) {
    this.#task = task.id;
    this.#events = events;
    this.#options = options;
    this.#at = events.elapsedMs();
    this.command = task.definition.executor;
  }

  tell(): void {
    if (this.#isTold) return;
    this.#isTold = true;
    const { attempt, takesInput, tellMiss } = this.#options;
    tellMiss(this.#at);
    const input = takesInput ? ({ takesInput } as const) : {};
    const { command } = this;
    this.#events.emit({ type: 'task-started', task: this.#task, attempt, command, ...input }, this.#at);
  }
}
