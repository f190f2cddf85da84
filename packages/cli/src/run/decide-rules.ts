import { planDemands, planRetries, type Problem, type TaskGraph, type TaskId } from '@larder/core';
import type { TaskExpectation } from '@larder/report';
import type { RunRequest } from '@larder/runner';
import type { RunOptions } from '../argv/command.ts';
import type { Session } from '../session/open-session.ts';

/** How the tasks of a run share the machine, and what becomes of those that fail. */
export interface RunRules extends Pick<RunRequest, 'retries' | 'shared'> {
  /** Whether the slots follow the pressure on the machine. */
  readonly isAdaptive: boolean;
}

export interface RulesRequest {
  readonly taskGraph: TaskGraph;
  readonly run: Pick<RunOptions, 'parallel' | 'retries'>;
  readonly expectations: ReadonlyMap<TaskId, TaskExpectation>;
}

/**
 * From the flags, else the targets, else the configuration of the workspace; and from what the history knows.
 * `findDemandProblems` says what is wrong with them: a task that wants more than there is runs alone.
 */
export function decideRules({ config }: Pick<Session, 'config'>, request: RulesRequest): RunRules {
  const { taskGraph, run, expectations } = request;
  const isAdaptive = run.parallel === 'auto' || (run.parallel === null && config.parallelIsAdaptive);
  const failuresInRow = new Map([...expectations].map(([task, { recent }]) => [task, countLastFailures(recent)]));
  const peaks = isAdaptive ? listPeaks(expectations) : new Map<TaskId, number>();
  const [shared] = planDemands(taskGraph, { resources: config.resources, peaks });
  const retries = planRetries(taskGraph, { forced: run.retries, configured: config.retries, failuresInRow });
  return { retries, shared, isAdaptive };
}

/** Resources that targets name and the workspace does not have, or has too little of. */
export function findDemandProblems({ config }: Pick<Session, 'config'>, taskGraph: TaskGraph): readonly Problem[] {
  return planDemands(taskGraph, { resources: config.resources, peaks: new Map() })[1];
}

function countLastFailures(recent: TaskExpectation['recent']): number {
  return recent.length - 1 - recent.findLastIndex((ending) => ending !== 'failed');
}

function listPeaks(expectations: ReadonlyMap<TaskId, TaskExpectation>): ReadonlyMap<TaskId, number> {
  return new Map(
    [...expectations].flatMap(([task, { peakMemoryBytes }]) =>
      peakMemoryBytes === null ? [] : [[task, peakMemoryBytes]],
    ),
  );
}
