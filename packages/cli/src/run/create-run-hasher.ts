import {
  InputResolver,
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
import { DotenvValues, loadsDotenv } from './dotenv-values.ts';
import { InputValues, readInputValues } from './read-input-values.ts';
import type { RunHasher } from './run-hasher.ts';
import { WorkspaceHasher } from './workspace-hasher.ts';

export type CreatedRunHasher =
  | { readonly kind: 'created'; readonly hasher: RunHasher }
  | { readonly kind: 'invalid'; readonly problems: readonly Problem[] };

export interface RunHasherOptions {
  /** Hashes that hold, of tasks that are not to be hashed again. */
  readonly knownHashes?: ReadonlyMap<TaskId, TaskHash>;
  /** Hashes to be taken as they are told: nothing that is hashed builds on these tasks, unless somebody reopens them. */
  readonly takenHashes?: ReadonlyMap<TaskId, TaskHash>;
}

/** Resolves the inputs of tasks and reads those values that take a process or a plugin to find out. */
export async function createRunHasher(
  session: Session,
  terminal: Terminal,
  taskGraph: TaskGraph,
  { knownHashes = new Map(), takenHashes = new Map() }: RunHasherOptions = {},
): Promise<CreatedRunHasher> {
  const context = createInputContext(session);
  const resolver = new InputResolver(context);
  const hashed = new Map([...taskGraph.tasks].filter(([id]) => !takenHashes.has(id)));
  const inputs = new Map<TaskId, TaskInputs>();
  for (const task of hashed.values()) inputs.set(task.id, resolver.resolve(task));
  if (resolver.problems.length > 0) return { kind: 'invalid', problems: resolver.problems };
  const inputsOf = (task: TaskId): TaskInputs => inputs.get(task) ?? resolver.resolve(taskGraph.tasks.get(task)!);
  const values = new InputValues();
  const sawPath = (path: string): void => values.sawPath(path);
  const dotenv = loadsDotenv(session) ? new DotenvValues(session, terminal, { inputsOf, sawPath }) : null;
  const read = (tasks: TaskGraph): Promise<readonly Problem[]> => {
    dotenv?.forget();
    return readInputValues(session, terminal, { taskGraph: tasks, inputsOf, into: values });
  };
  const problems = await read({ ...taskGraph, tasks: hashed });
  if (problems.length > 0) return { kind: 'invalid', problems };
  const outputs = new Map<TaskId, readonly OutputFile[]>();
  const disk = new DiskInputs(session.rootAbsolute);
  const sources = createHashSources(session, terminal, { taskGraph, values, outputs, disk, dotenv });
  const parts = {
    taskGraph,
    inputsOf,
    sources,
    outputs,
    disk,
    values,
    dotenv,
    knownHashes,
    takenHashes,
    readValues: read,
    askedGit: context.askedGit,
    isEdited: !terminal.isCi,
  };
  return { kind: 'created', hasher: new WorkspaceHasher(session, parts) };
}
