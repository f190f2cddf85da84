import type { Task } from '@larder/core';
import { composeTaskEnv } from '@larder/workspace';
import { definedEnv, type Session } from '../session/open-session.ts';
import type { Terminal } from '../terminal.ts';

/** The environment of each task: PATH with the `.bin` folders, `npm_*`, dotenv files, no cache tokens. */
export function createTaskEnv(session: Session, terminal: Terminal): (task: Task) => Readonly<Record<string, string>> {
  const base = definedEnv(terminal.env);
  return (task) => composeTaskEnv(task as never, base as never) as never;
}
