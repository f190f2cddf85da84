import { countOutcomes } from '@larder/core';
import type { PlannedTask, Reporter, RunEvent, TaskGraph, TaskId, TaskOutcome } from '@larder/core';

type EventOf<Type extends RunEvent['type']> = Extract<RunEvent, { type: Type }>;

/** Of a task's output, kept for the rounds that it is not in. */
const keptCharacters = 64 * 1024;
/** Of one that succeeded. */
const shortCharacters = 4096;

interface Known {
  readonly plan: PlannedTask;
  outcome: TaskOutcome | null;
  command: string | null;
  /** Started up, and as far as is known still there. */
  isUp: boolean;
  takesInput: boolean;
  output: string;
}

/**
 * Shows all watched tasks in one interactive view that stays from round to round. To the view every round is a run of
 * all tasks, in which those that are not in the round have settled, or started, before anything else happens.
 */
export class WholeView {
  readonly #reporter: Reporter;
  readonly #isAlive: (task: TaskId) => boolean;
  readonly #tasks = new Map<TaskId, Known>();
  #started: EventOf<'run-started'> | null = null;
  #headline = '';

  /** `isAlive`: whether there is a process of the task, whatever its round said of it. */
  constructor(reporter: Reporter, isAlive: (task: TaskId) => boolean) {
    this.#reporter = reporter;
    this.#isAlive = isAlive;
  }

  /** The reporter of one round. Closing it closes nothing. */
  startRound(lines: readonly string[]): Reporter {
    this.#headline = lines.join(', ');
    return { onEvent: (event) => this.#pass(event), close: async () => {} };
  }

  /** Forgets tasks that are no more. */
  keepOnly({ tasks }: TaskGraph): void {
    for (const id of this.#tasks.keys()) if (!tasks.has(id)) this.#tasks.delete(id);
  }

  /** Puts a text where the view has its title. */
  say(text: string): void {
    this.#headline = text;
    if (this.#started !== null) this.#begin(this.#started, new Set());
  }

  async close(): Promise<void> {
    await this.#reporter.close();
  }

  #pass(event: RunEvent): void {
    this.#note(event);
    if (event.type === 'run-started') this.#begin(event, new Set(event.tasks.map(({ id }) => id)));
    else if (event.type === 'run-finished') this.#reporter.onEvent(this.#widen(event));
    // A server that its round has let go of serves still.
    else if (!(event.type === 'task-settled' && this.#tasks.get(event.task)?.isUp === true))
      this.#reporter.onEvent(event);
  }

  /** A server has ended while no round followed it. */
  noteEnded(task: TaskId, outcome: TaskOutcome): void {
    const known = this.#tasks.get(task);
    if (known === undefined) return;
    known.isUp = false;
    known.outcome = outcome;
  }

  /** What is told of the end of a round is told of all tasks: one that failed before it has failed still. */
  #widen(event: EventOf<'run-finished'>): RunEvent {
    const tasks = countOutcomes(
      [...this.#tasks.values()].flatMap(({ outcome, isUp }) => (isUp ? [] : (outcome ?? []))),
    );
    return { ...event, tasks, exitCode: event.exitCode === 0 && tasks.failed > 0 ? 1 : event.exitCode };
  }

  #note(event: RunEvent): void {
    if (event.type === 'run-started') {
      for (const plan of event.tasks) {
        this.#tasks.set(plan.id, { plan, outcome: null, command: null, isUp: false, takesInput: false, output: '' });
      }
    }
    const known = 'task' in event && event.task !== null ? this.#tasks.get(event.task) : undefined;
    if (known === undefined) return;
    if (event.type === 'task-started') known.command = event.command;
    if (event.type === 'task-started') known.takesInput = event.takesInput === true;
    if (event.type === 'task-ready') known.isUp = true;
    if (event.type === 'task-output') known.output = (known.output + event.text).slice(-keptCharacters);
    if (event.type === 'task-settled') {
      known.outcome = event.outcome;
      known.isUp &&= event.outcome.kind !== 'failed' && this.#isAlive(event.task);
      if (event.outcome.kind !== 'failed') known.output = copyEnd(known.output);
    }
  }

  #begin(event: EventOf<'run-started'>, inRound: ReadonlySet<TaskId>): void {
    this.#started = event;
    const command = this.#headline === '' ? event.command : `${event.command} · ${this.#headline}`;
    this.#reporter.onEvent({ ...event, command, tasks: [...this.#tasks.values()].map(({ plan }) => plan) });
    for (const [task, known] of this.#tasks) if (!inRound.has(task)) this.#restore(task, known);
  }

  #restore(task: TaskId, { outcome, command, isUp, takesInput, output }: Known): void {
    const pass = (event: RunEvent): void => this.#reporter.onEvent(event);
    if (isUp || outcome?.kind === 'failed')
      pass({
        type: 'task-started',
        at: 0,
        task,
        attempt: 1,
        command: command ?? '',
        ...(isUp && takesInput ? { takesInput } : {}),
      });
    if (output !== '') pass({ type: 'task-output', at: 0, task, stream: 'stdout', text: output, replayed: true });
    if (isUp) pass({ type: 'task-ready', at: 0, task });
    else if (outcome !== null) pass({ type: 'task-settled', at: 0, task, hash: null, outcome });
  }
}

/** The last lines as a text of their own: a mere part would keep the whole in memory. */
function copyEnd(output: string): string {
  if (output.length <= shortCharacters) return output;
  const end = output.slice(-shortCharacters);
  return Buffer.from(end.slice(end.indexOf('\n') + 1)).toString();
}
