import type { Task, TaskId, TaskInputs } from '@larder/core';
import { createTaskEnvComposer, type ReadDotenv } from '@larder/workspace';
import type { Session } from '../session/open-session.ts';
import type { Terminal } from '../terminal.ts';
import { describeCallersEnv, describeTaskEnv } from './describe-task-env.ts';

export interface TaskEnvContext {
  readonly inputsOf: (task: TaskId) => TaskInputs;
  /** Null in workspaces whose tool does not load dotenv files. */
  readonly readDotenv: ReadDotenv | null;
  /** Whether the output is shown where colours are. */
  readonly forceColor: boolean;
  /** Where the run is traced: the span that the task's own spans belong to. Else tasks get what the run got. */
  readonly traceParentOf?: (task: TaskId) => string;
}

/** The environment of each task: PATH with the `.bin` folders, `npm_*`, dotenv files, no cache tokens. */
export function createTaskEnv(
  session: Session,
  terminal: Terminal,
  context: TaskEnvContext,
): (task: Task) => Readonly<Record<string, string>> {
  const compose = createTaskEnvComposer({
    ...describeCallersEnv(session, terminal),
    workspaceRootAbsolute: session.rootAbsolute,
    invokedInAbsolute: terminal.workingDirectory,
    nodeAbsolute: process.execPath,
    userAgent: null,
    readDotenv: context.readDotenv,
    forceColor: context.forceColor,
  });
  return (task) => ({
    ...compose(describeTaskEnv(session, task, context.inputsOf)),
    ...(context.traceParentOf !== undefined && { TRACEPARENT: context.traceParentOf(task.id) }),
  });
}
