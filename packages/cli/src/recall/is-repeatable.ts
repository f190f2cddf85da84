import type { TaskGraph, TaskId, TaskInputs } from '@larder/core';
import { readTelemetrySettings } from '@larder/report';
import { volatileNames } from '@larder/workspace';
import type { RunCommand } from '../argv/command.ts';
import type { Session } from '../session/open-session.ts';
import type { Terminal } from '../terminal.ts';

/** Whether a command's answer depends on nothing that cannot be looked at again, and nobody else wants to see it happen. */
export function isRepeatable(session: Session, terminal: Terminal, command: RunCommand): boolean {
  const { run } = command;
  if (terminal.memoQuestion === undefined || run.skipCache || run.recordFile !== null || run.profileFile !== null)
    return false;
  if (session.warnings.length > 0 || session.plugins.some((plugin) => plugin.reporter !== undefined)) return false;
  // Whoever collects telemetry wants to see every run.
  if (readTelemetrySettings(terminal.env).kind !== 'off') return false;
  // A CI system's files may say what to compare with.
  if (command.kind === 'affected' && (terminal.isCi || command.changes.kind === 'stdin')) return false;
  // `[main]` is git's to say.
  return command.kind === 'run' || !command.filters.some((filter) => filter.includes('['));
}

/** Whether the hashes of tasks follow from files, the environment and what commands print. */
export function hasRepeatableInputs(
  session: Pick<Session, 'plugins'>,
  taskGraph: TaskGraph,
  inputsOf: (task: TaskId) => TaskInputs,
): boolean {
  const kinds = session.plugins.flatMap((plugin) => plugin.inputKinds ?? []);
  const known = new Set(kinds.filter(({ followsFromPaths }) => followsFromPaths === true).map(({ kind }) => kind));
  for (const task of taskGraph.tasks.keys()) {
    const { plugin, env } = inputsOf(task);
    if (env.some((name) => volatileNames.has(name))) return false;
    if (plugin.some(({ inputKind }) => !known.has(inputKind))) return false;
  }
  return true;
}
