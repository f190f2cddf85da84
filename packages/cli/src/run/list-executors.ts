import type { Executor, Task, TaskGraph } from '@larder/core';
import { builtinExecutors, understandsRunCommands } from '@larder/runner';
import type { Session } from '../session/open-session.ts';

const runCommandsName = 'nx:run-commands';

/**
 * The executors of a run: Larder's own, then those of plugins. What Larder's `nx:run-commands` would not do exactly as
 * Nx's goes to the workspace's nx, where there is one.
 */
export async function listExecutors(session: Session, taskGraph: TaskGraph): Promise<readonly Executor[]> {
  const others = session.plugins.flatMap((plugin) => plugin.executors ?? []);
  const foreign = others.find(({ name }) => name === '*');
  if (foreign === undefined || ![...taskGraph.tasks.values()].some(isLeftToNx)) return [...builtinExecutors, ...others];
  const { findNx } = await import('@larder/nx');
  if (findNx(session.rootAbsolute) === null) return [...builtinExecutors, ...others];
  const builtin = builtinExecutors.map((own) => (own.name === runCommandsName ? divide(own, foreign) : own));
  return [...builtin, ...others];
}

/** A continuous task stays here, where it is known when it is ready. */
function isLeftToNx(task: Task): boolean {
  return task.definition.executor === runCommandsName && !task.continuous && !understandsRunCommands(task);
}

function divide(own: Executor, foreign: Executor): Executor {
  const choose = (task: Task): Executor => (isLeftToNx(task) ? foreign : own);
  return {
    name: own.name,
    describe: (task) => own.describe(task),
    start: (task, context) => choose(task).start(task, context),
  };
}
