import { planRetries, type TaskGraph, type TaskId } from '@larder/core';
import type { TaskExpectation } from '@larder/report';
import type { RunRequest } from '@larder/runner';
import type { RunOptions } from '../argv/command.ts';
import type { Session } from '../session/open-session.ts';

/** How the tasks of a run share the machine, and what becomes of those that fail. */
export type RunRules = Pick<RunRequest, 'retries'>;

export interface RulesRequest {
  readonly taskGraph: TaskGraph;
  readonly run: Pick<RunOptions, 'parallel' | 'retries'>;
  readonly expectations: ReadonlyMap<TaskId, TaskExpectation>;
}

/** From the flags, else the targets, else the configuration of the workspace; and from what the history knows. */
export function decideRules({ config }: Pick<Session, 'config'>, request: RulesRequest): RunRules {
  const { taskGraph, run, expectations } = request;
  const failuresInRow = new Map([...expectations].map(([task, { recent }]) => [task, countLastFailures(recent)]));
  return { retries: planRetries(taskGraph, { forced: run.retries, configured: config.retries, failuresInRow }) };
}

function countLastFailures(recent: TaskExpectation['recent']): number {
  return recent.length - 1 - recent.findLastIndex((ending) => ending !== 'failed');
}
