import type { Problem, TaskGraph } from '@larder/core';
import { selectTasks } from '../run/select-tasks.ts';
import { reopenSession, type Session } from '../session/open-session.ts';
import type { Terminal } from '../terminal.ts';
import { isSameDefinition } from './is-same-definition.ts';
import type { WatchCommand } from './watch-round.ts';
import type { WatchedWorkspace } from './watched-workspace.ts';

export type ReopenedWatch =
  | { readonly kind: 'invalid'; readonly problems: readonly Problem[] }
  | {
      readonly kind: 'reopened';
      readonly session: Session;
      readonly taskGraph: TaskGraph;
      /** The same projects and tasks as before. */
      readonly isSame: boolean;
    };

/** Reads the configuration and the graph again, and compares them with those that are watched. */
export async function reopenWatch(
  terminal: Terminal,
  command: WatchCommand,
  before: WatchedWorkspace,
): Promise<ReopenedWatch> {
  const knownProblems = before.session.workspace.problems.length;
  const reopened = await reopenSession(before.session, terminal, knownProblems);
  if (reopened.kind === 'invalid') return reopened;
  const { session } = reopened;
  const selected = await selectTasks(session, terminal, { ...command, kind: 'run-many' });
  if (selected.kind !== 'selected') {
    return { kind: 'invalid', problems: selected.kind === 'invalid' ? selected.problems : [] };
  }
  const { taskGraph } = selected;
  return { kind: 'reopened', session, taskGraph, isSame: isSameDefinition({ session, taskGraph }, before) };
}
