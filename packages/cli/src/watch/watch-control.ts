import { findDependents } from '@larder/core';
import type {
  ControlAnswer,
  Reporter,
  RestartOptions,
  TaskControl,
  TaskGraph,
  TaskId,
  TaskOutcome,
  TaskStanding,
} from '@larder/core';
import { RunControl } from '@larder/runner';
import type { LiveTasks } from './live-tasks.ts';

export interface WatchControlParts {
  readonly live: Pick<LiveTasks, 'has' | 'outdate' | 'write' | 'endInput'>;
  readonly taskGraph: () => TaskGraph;
  readonly standingOf: (task: TaskId) => TaskStanding;
  /** A round is to be made that executes the task. */
  readonly onWish: (task: TaskId, options: RestartOptions) => void;
  /** A server was stopped while no round followed it. */
  readonly onStopped: (task: TaskId) => void;
}

/**
 * Reaches the tasks of a watch, whether a round works on them, has left their processes alive, or is over. What a round
 * believes to be a process of its own is a view of one that outlives it, so whatever is asked of the round is done to
 * the process, too.
 */
export class WatchControl implements TaskControl {
  /** Of the round that goes on. */
  readonly round = new RunControl();
  /** Notes what makes tasks what their hashes say. */
  readonly reporter: Reporter;
  readonly #parts: WatchControlParts;
  readonly #unsound = new Set<TaskId>();

  constructor(parts: WatchControlParts) {
    this.#parts = parts;
    this.reporter = {
      onEvent: (event) => {
        if (event.type === 'task-settled' && isBroughtBack(event.outcome)) this.noteFresh(event.task);
      },
      close: async () => {},
    };
  }

  stop(task: TaskId): ControlAnswer {
    const { live, onStopped } = this.#parts;
    const answer = this.round.stop(task);
    if (!live.has(task)) return answer;
    live.outdate([task]);
    if (answer !== 'done') onStopped(task);
    return 'done';
  }

  restart(task: TaskId, options: RestartOptions): ControlAnswer {
    const { live, standingOf, onWish } = this.#parts;
    const answer = this.round.restart(task, options);
    // At once, so that the round finds nothing alive that it could take over.
    live.outdate([task]);
    if (answer === 'done') return answer;
    const standing = standingOf(task);
    if (standing !== 'done' && standing !== 'failed' && standing !== 'alive') return 'not-running';
    onWish(task, options);
    return 'done';
  }

  write(task: TaskId, text: string): ControlAnswer {
    return this.#type(task, this.round.write(task, text), () => this.#parts.live.write(task, text));
  }

  endInput(task: TaskId): ControlAnswer {
    return this.#type(task, this.round.endInput(task), () => this.#parts.live.endInput(task));
  }

  /** A watch goes on anyway. */
  hold(): ControlAnswer {
    return 'not-running';
  }

  /** The task is executed by new processes, or was brought back: what was built on what it was before is as it was. */
  noteFresh(task: TaskId): void {
    if (!this.#unsound.delete(task)) return;
    for (const dependent of this.#listDependents().get(task) ?? []) this.#unsound.add(dependent);
  }

  /** What builds on tasks that were typed to, and so on nothing that a hash stands for. */
  listFlaws(): ReadonlyMap<TaskId, string> {
    const flaws = new Map<TaskId, string>();
    if (this.#unsound.size === 0) return flaws;
    const dependents = this.#listDependents();
    const reached = new Set(this.#unsound);
    for (const task of reached) {
      for (const dependent of dependents.get(task) ?? []) {
        flaws.set(dependent, 'was typed to');
        reached.add(dependent);
      }
    }
    return flaws;
  }

  #listDependents(): ReturnType<typeof findDependents> {
    return findDependents(this.#parts.taskGraph(), () => true);
  }

  /** The round's own input has no processes: theirs are those that outlive it. */
  #type(task: TaskId, answer: ControlAnswer, act: () => void): ControlAnswer {
    const reaches = answer === 'done' || (answer === 'not-running' && this.#parts.live.has(task));
    if (!reaches) return answer;
    this.#unsound.add(task);
    act();
    return 'done';
  }
}

function isBroughtBack({ kind }: TaskOutcome): boolean {
  return kind === 'restored' || kind === 'up-to-date';
}
