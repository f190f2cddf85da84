import type { Reporter, RunEvent, Task, TaskGraph, TaskId, TaskOutcome } from '@larder/core';
import type { ReportedTask } from '@larder/protocol';

export interface RunReportCollector {
  readonly reporter: Reporter;
  /** What has settled so far. */
  readonly tasks: () => readonly ReportedTask[];
}

/** Notes how the tasks end that the cache may answer, for the statistics of the cache's server. */
export function collectRunReport(taskGraph: TaskGraph): RunReportCollector {
  const tasks = new Map<TaskId, ReportedTask>();
  const onEvent = (event: RunEvent): void => {
    if (event.type !== 'task-settled') return;
    const task = taskGraph.tasks.get(event.task);
    const reported = task === undefined || !task.cache ? null : describeTask(task, event.outcome);
    // Executed again by hand, a task counts as it ended in the end.
    if (reported !== null) tasks.set(event.task, reported);
  };
  return { reporter: { onEvent, close: async () => {} }, tasks: () => [...tasks.values()] };
}

function describeTask({ project, target }: Task, outcome: TaskOutcome): ReportedTask | null {
  switch (outcome.kind) {
    case 'executed':
    case 'failed':
      return { project, target, outcome: outcome.kind, durationMs: outcome.durationMs, savedMs: 0 };
    case 'restored':
      return { project, target, outcome: `restored-${outcome.from}`, durationMs: 0, savedMs: outcome.savedMs };
    case 'up-to-date':
      return { project, target, outcome: outcome.kind, durationMs: 0, savedMs: outcome.savedMs };
    case 'skipped':
    case 'cancelled':
      return null;
  }
}
