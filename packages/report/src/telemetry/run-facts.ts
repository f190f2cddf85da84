import type { PlannedTask, Reporter, RunEvent, TaskId, TaskOutcome } from '@larder/core';

type EventOf<Type extends RunEvent['type']> = Extract<RunEvent, { type: Type }>;

/** What a run told of one task; times are milliseconds since the run's start. */
export interface TaskFacts {
  readonly plan: PlannedTask;
  hashed: EventOf<'task-hashed'> | null;
  lookedUp: EventOf<'task-looked-up'> | null;
  /** Of its first attempt. */
  started: EventOf<'task-started'> | null;
  settled: EventOf<'task-settled'> | null;
}

export interface RunFacts {
  started: EventOf<'run-started'> | null;
  finished: EventOf<'run-finished'> | null;
  readonly tasks: Map<TaskId, TaskFacts>;
  readonly bytes: { download: number; upload: number };
}

/** Collects what telemetry says of a run in the end; costs an assignment an event. */
export function collectRunFacts(): { readonly facts: RunFacts; readonly reporter: Reporter } {
  const facts: RunFacts = { started: null, finished: null, tasks: new Map(), bytes: { download: 0, upload: 0 } };
  return { facts, reporter: { onEvent: (event) => note(facts, event), close: async () => {} } };
}

function note(facts: RunFacts, event: RunEvent): void {
  switch (event.type) {
    case 'run-started':
      facts.started = event;
      for (const plan of event.tasks) {
        facts.tasks.set(plan.id, { plan, hashed: null, lookedUp: null, started: null, settled: null });
      }
      return;
    case 'task-hashed':
      return set(facts, event.task, (task) => (task.hashed = event));
    case 'task-looked-up':
      return set(facts, event.task, (task) => (task.lookedUp = event));
    case 'task-started':
      return set(facts, event.task, (task) => (task.started ??= event));
    case 'task-settled':
      return set(facts, event.task, (task) => (task.settled = event));
    case 'bytes-transferred':
      facts.bytes[event.direction] += event.sizeBytes;
      return;
    case 'run-finished':
      facts.finished = event;
      return;
    case 'task-output':
    case 'task-ready':
    case 'task-retried':
    // A task that is executed again is told with its last outcome, from its first start on.
    case 'tasks-reopened':
    case 'usage-sampled':
    case 'artifact-stored':
    case 'upload-skipped':
    case 'cache-trouble':
  }
}

function set(facts: RunFacts, id: TaskId, change: (task: TaskFacts) => void): void {
  const task = facts.tasks.get(id);
  if (task !== undefined) change(task);
}

/** `executed`, `restored-remote`, `failed` … */
export function nameOutcome(outcome: TaskOutcome): string {
  return outcome.kind === 'restored' ? `restored-${outcome.from}` : outcome.kind;
}
