import type { OutputLogs, RunEvent, TaskId } from '@larder/core';

type OutputEvent = Extract<RunEvent, { type: 'task-output' }>;

/** Of one task, whose output is shown only if it fails; what came first gives way. */
const maxHeldCharacters = 4 * 1024 * 1024;

/**
 * Leaves out the output that nobody asked to see: what each task's `outputLogs` says. Where only errors are
 * shown, output waits for the end of its task. Everything else passes, in its order.
 */
export class OutputGate {
  readonly #modeOf: (task: TaskId) => OutputLogs;
  readonly #held = new Map<TaskId, { readonly events: OutputEvent[]; characters: number }>();

  constructor(modeOf: (task: TaskId) => OutputLogs) {
    this.#modeOf = modeOf;
  }

  /** The events to show now. */
  pass(event: RunEvent): readonly RunEvent[] {
    if (event.type === 'task-output') return this.#passOutput(event);
    if (event.type !== 'task-settled' && event.type !== 'task-retried') return [event];
    const held = this.#held.get(event.task)?.events ?? [];
    this.#held.delete(event.task);
    // An attempt that is followed by another has failed.
    return event.type === 'task-retried' || event.outcome.kind === 'failed' ? [...held, event] : [event];
  }

  #passOutput(event: OutputEvent): readonly RunEvent[] {
    switch (this.#modeOf(event.task)) {
      case 'full':
        return [event];
      case 'new-only':
        return event.replayed ? [] : [event];
      case 'errors-only':
        if (!event.replayed) this.#hold(event);
        return [];
      case 'hash-only':
      case 'none':
        return [];
    }
  }

  #hold(event: OutputEvent): void {
    const held = this.#held.get(event.task) ?? { events: [], characters: 0 };
    this.#held.set(event.task, held);
    held.events.push(event);
    held.characters += event.text.length;
    while (held.characters > maxHeldCharacters && held.events.length > 1) {
      held.characters -= held.events.shift()?.text.length ?? 0;
    }
  }
}
