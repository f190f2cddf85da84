import {
  resolveInputs,
  type OutputFile,
  type Problem,
  type TaskGraph,
  type TaskHash,
  type TaskId,
  type TaskInputs,
} from '@larder/core';
import type { Session } from '../session/open-session.ts';
import type { Terminal } from '../terminal.ts';
import { createHashSources } from './create-hash-sources.ts';
import { createInputContext } from './create-input-context.ts';
import { DiskInputs } from './disk-inputs.ts';
import { InputValues, readInputValues } from './read-input-values.ts';
import type { RunHasher } from './run-hasher.ts';
import { WorkspaceHasher } from './workspace-hasher.ts';

export type CreatedRunHasher =
  | { readonly kind: 'created'; readonly hasher: RunHasher }
  | { readonly kind: 'invalid'; readonly problems: readonly Problem[] };

/** Resolves the inputs of all tasks and reads those values that take a process or a plugin to find out. */
export async function createRunHasher(
  session: Session,
  terminal: Terminal,
  taskGraph: TaskGraph,
  /** Hashes that hold, of tasks that are not to be hashed again. */
  knownHashes: ReadonlyMap<TaskId, TaskHash> = new Map(),
): Promise<CreatedRunHasher> {
  const context = createInputContext(session);
  const resolved = resolveInputs(taskGraph.tasks.values(), context);
  if (resolved.problems.length > 0) return { kind: 'invalid', problems: resolved.problems };
  const inputsOf = (task: TaskId): TaskInputs => resolved.inputs.get(task)!;
  const values = new InputValues();
  const read = (tasks: TaskGraph): Promise<readonly Problem[]> =>
    readInputValues(session, terminal, { taskGraph: tasks, inputsOf, into: values });
  const problems = await read(taskGraph);
  if (problems.length > 0) return { kind: 'invalid', problems };
  const outputs = new Map<TaskId, readonly OutputFile[]>();
  const disk = new DiskInputs(session.rootAbsolute);
  const sources = createHashSources(session, terminal, { taskGraph, values, outputs, disk });
  const parts = {
    taskGraph,
    inputsOf,
    sources,
    outputs,
    disk,
    values,
    knownHashes,
    readValues: read,
    askedGit: context.askedGit,
    isEdited: !terminal.isCi,
  };
  return { kind: 'created', hasher: new WorkspaceHasher(session, parts) };
}
