import {
  isSuccess,
  type Reporter,
  type RunEvent,
  type TaskGraph,
  type TaskId,
  type TaskOutcome,
  type TaskStanding,
} from '@larder/core';

export interface StandingsOptions {
  /** Whether a process of the task is there. */
  readonly isAlive: (task: TaskId) => boolean;
  /** Called when nothing of the round is left to do but what never ends by itself. */
  readonly onOnlyContinuousLeft: (tasks: readonly TaskId[]) => void;
}

/** Where each watched task stands, by what the rounds told. */
export class WatchStandings {
  readonly reporter: Reporter;
  readonly #options: StandingsOptions;
  readonly #standings = new Map<TaskId, TaskStanding>();
  readonly #outcomes = new Map<TaskId, TaskOutcome>();
  /** Tasks of the round that goes on which can still do something by themselves. */
  readonly #open = new Set<TaskId>();
  readonly #started = new Set<TaskId>();
  #continuous: ReadonlySet<TaskId> = new Set();

  constructor(options: StandingsOptions) {
    this.#options = options;
    this.reporter = { onEvent: (event) => this.#note(event), close: async () => {} };
  }

  of(task: TaskId): TaskStanding {
    return this.#standings.get(task) ?? 'new';
  }

  /** How the task ended when it last did. */
  outcomeOf(task: TaskId): TaskOutcome | null {
    return this.#outcomes.get(task) ?? null;
  }

  failed(): readonly TaskId[] {
    return [...this.#standings].filter(([, standing]) => standing === 'failed').map(([task]) => task);
  }

  /** Forgets the tasks that are no more. */
  keepOnly({ tasks }: TaskGraph): void {
    for (const task of this.#standings.keys()) if (!tasks.has(task)) this.#forget(task);
  }

  noteEnded(task: TaskId, outcome: TaskOutcome): void {
    this.#outcomes.set(task, outcome);
    this.#standings.set(task, isSuccess(outcome) ? 'done' : 'failed');
  }

  #forget(task: TaskId): void {
    this.#standings.delete(task);
    this.#outcomes.delete(task);
  }

  #note(event: RunEvent): void {
    switch (event.type) {
      case 'run-started':
        this.#open.clear();
        this.#started.clear();
        this.#continuous = new Set(event.tasks.filter(({ continuous }) => continuous).map(({ id }) => id));
        for (const { id } of event.tasks) {
          this.#standings.set(id, 'waiting');
          this.#open.add(id);
        }
        return;
      case 'task-hashed':
        this.#standings.set(event.task, 'running');
        return;
      case 'task-ready':
        this.#started.add(event.task);
        return this.#close(event.task);
      case 'task-settled':
        this.#outcomes.set(event.task, event.outcome);
        this.#standings.set(event.task, this.#judge(event.task, event.outcome));
        return this.#close(event.task);
      case 'tasks-reopened':
        for (const task of event.tasks) {
          this.#standings.set(task, 'waiting');
          this.#open.add(task);
          this.#started.delete(task);
        }
        return;
      case 'usage-sampled':
      case 'run-finished':
      case 'task-looked-up':
      case 'task-started':
      case 'task-output':
      case 'task-retried':
      case 'artifact-stored':
      case 'bytes-transferred':
      case 'upload-skipped':
      case 'cache-trouble':
    }
  }

  #judge(task: TaskId, outcome: TaskOutcome): TaskStanding {
    switch (outcome.kind) {
      case 'executed':
      case 'restored':
      case 'up-to-date':
        return this.#continuous.has(task) && this.#options.isAlive(task) ? 'alive' : 'done';
      case 'failed':
      case 'skipped':
      case 'cancelled':
        // One that was up when the round was interrupted is up still.
        return outcome.kind === 'cancelled' && this.#started.has(task) && this.#options.isAlive(task)
          ? 'alive'
          : outcome.kind;
    }
  }

  #close(task: TaskId): void {
    this.#open.delete(task);
    if (this.#open.size === 0 && this.#started.size > 0) this.#options.onOnlyContinuousLeft([...this.#started]);
  }
}
