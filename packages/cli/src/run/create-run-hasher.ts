import { readFileSync } from 'node:fs';
import { arch, platform } from 'node:os';
import { join, relative, sep } from 'node:path';
import { readOutputFiles } from '@larder/cache';
import {
  HashMemory,
  hashAllReady,
  hashTask,
  walkFilesets,
  walkGroups,
  needsOutputsOf,
  resolveInputs,
  type Fileset,
  type HashSources,
  type OutputFile,
  type PlannedHash,
  type Problem,
  type Reporter,
  type TaskGraph,
  type TaskHash,
  type TaskHashDetails,
  type TaskHasher,
  type TaskId,
  type TaskInputs,
  type WorkspacePath,
} from '@larder/core';
import { digest } from '@larder/workspace';
import type { Session } from '../session/open-session.ts';
import type { Terminal } from '../terminal.ts';
import { createInputContext } from './create-input-context.ts';
import { DiskInputs } from './disk-inputs.ts';
import { InputHistory } from './input-history.ts';
import { readInputValues, type InputValueSources } from './read-input-values.ts';
import { SharedRefresh } from './shared-refresh.ts';

/** Hashes the tasks of one run, and knows which of their inputs moved since. */
export interface RunHasher extends TaskHasher {
  /** What can be hashed before anything ran; the rest waits for outputs. */
  planAll(): ReadonlyMap<TaskId, PlannedHash>;
  readonly inputsOf: (task: TaskId) => TaskInputs;
  /** Watches the run, so that files that tasks produce are looked at again. */
  readonly watcher: Reporter;
  /** What went into earlier hashes. Its user saves and closes it. */
  readonly history: InputHistory;
}

export type CreatedRunHasher =
  | { readonly kind: 'created'; readonly hasher: RunHasher }
  | { readonly kind: 'invalid'; readonly problems: readonly Problem[] };

/** Resolves the inputs of all tasks and reads those values that take a process or a plugin to find out. */
export async function createRunHasher(
  session: Session,
  terminal: Terminal,
  taskGraph: TaskGraph,
): Promise<CreatedRunHasher> {
  const resolved = resolveInputs(taskGraph.tasks.values(), createInputContext(session));
  if (resolved.problems.length > 0) return { kind: 'invalid', problems: resolved.problems };
  const inputsOf = (task: TaskId): TaskInputs => resolved.inputs.get(task)!;
  const values = await readInputValues(session, terminal, { taskGraph, inputsOf });
  if (values.kind === 'invalid') return values;
  const outputs = new Map<TaskId, readonly OutputFile[]>();
  const disk = new DiskInputs(session.rootAbsolute);
  const sources = createSources(session, terminal, { taskGraph, values: values.sources, outputs, disk });
  return { kind: 'created', hasher: new WorkspaceHasher(session, { taskGraph, inputsOf, sources, outputs, disk }) };
}

function createSources(
  session: Session,
  terminal: Terminal,
  {
    taskGraph,
    values,
    outputs,
    disk,
  }: Pick<HasherParts, 'taskGraph' | 'outputs' | 'disk'> & {
    readonly values: InputValueSources;
  },
): HashSources {
  const { rootAbsolute, workspace, graph } = session;
  return {
    digest,
    graph,
    taskGraph,
    files: workspace.files,
    diskFiles: disk.files,
    readText: (path) => (workspace.files.has(path) ? readFileSync(join(rootAbsolute, path), 'utf8') : null),
    env: (name) => terminal.env[name],
    platform: { os: platform(), arch: arch() },
    workingDirectory: (mode) =>
      mode === 'absolute'
        ? terminal.workingDirectory
        : relative(rootAbsolute, terminal.workingDirectory).split(sep).join('/'),
    runtimeOutput: values.runtimeOutput,
    pluginValue: values.pluginValue,
    outputFilesOf: (task) => outputs.get(task) ?? [],
  };
}

interface HasherParts {
  readonly taskGraph: TaskGraph;
  readonly inputsOf: (task: TaskId) => TaskInputs;
  readonly sources: HashSources;
  /** What finished tasks produced, as far as others take it as input; filled before they are hashed. */
  readonly outputs: Map<TaskId, readonly OutputFile[]>;
  readonly disk: DiskInputs;
}

/**
 * Tasks change files while others are hashed. So every move of a file that anybody has seen is given
 * a number, and a task whose inputs include a file that moved after the task was hashed may not be
 * stored, whoever noticed the move first.
 */
class WorkspaceHasher implements RunHasher {
  readonly inputsOf: (task: TaskId) => TaskInputs;
  readonly watcher: Reporter;
  readonly history: InputHistory;
  readonly #session: Session;
  readonly #parts: HasherParts;
  #memory: HashMemory;
  #moves = 0;
  readonly #movedAt = new Map<WorkspacePath, number>();
  readonly #diskMovedAt = new Map<Fileset, number>();
  readonly #hashes = new Map<TaskId, TaskHash>();
  readonly #hashedAt = new Map<TaskId, number>();
  readonly #producers = new Set<TaskId>();
  readonly #verification: SharedRefresh;
  /** Nearly always false; walking through all that a task counts, for each task, would be quadratic. */
  readonly #hasDiskInputs: boolean;

  constructor(session: Session, parts: HasherParts) {
    this.#session = session;
    this.#parts = parts;
    this.#memory = new HashMemory(parts.sources);
    this.inputsOf = parts.inputsOf;
    this.#hasDiskInputs = hasDiskInputs([...parts.taskGraph.tasks.keys()].map(parts.inputsOf));
    this.#verification = new SharedRefresh({
      refresh: (paths) => this.#noteMoves(session.workspace.refresh(paths)),
      now: () => performance.now(),
    });
    this.history = new InputHistory(session, { inputsOf: parts.inputsOf, memory: () => this.#memory });
    this.watcher = {
      onEvent: (event) => {
        this.history.noteEvent(event);
        if (event.type !== 'task-settled') return;
        if (event.outcome.kind === 'executed' || event.outcome.kind === 'restored') this.#producers.add(event.task);
      },
      close: async () => {},
    };
  }

  planAll(): ReadonlyMap<TaskId, PlannedHash> {
    return hashAllReady(this.#parts.taskGraph, this.inputsOf, this.#memory);
  }

  async hash(id: TaskId): Promise<TaskHashDetails> {
    this.#lookAtProducedFiles();
    await this.#readNeededOutputs(id);
    if (this.#hasDiskInputs) this.#lookAtDisk([...walkFilesets(this.inputsOf(id))]);
    this.#hashedAt.set(id, this.#moves);
    const details = hashTask(this.#parts.taskGraph.tasks.get(id)!, this.inputsOf(id), this.#memory);
    this.#hashes.set(id, details.hash);
    this.history.noteHashed(details);
    return details;
  }

  async explainMiss(id: TaskId): Promise<string | null> {
    return this.history.explainMiss(id);
  }

  async findMovedInputs(id: TaskId): Promise<readonly WorkspacePath[]> {
    const filesets = [...walkFilesets(this.inputsOf(id))];
    await this.#verification.look(filesets.flatMap((fileset) => fileset.bases));
    if (this.#hasDiskInputs) this.#lookAtDisk(filesets);
    const hashedAt = this.#hashedAt.get(id) ?? 0;
    const movedSets = filesets.filter((fileset) => (this.#diskMovedAt.get(fileset) ?? -1) >= hashedAt);
    const moved = [...this.#movedAt].filter(([, at]) => at >= hashedAt).map(([path]) => path);
    const movedPaths = moved.filter((path) => filesets.some((fileset) => fileset.matches(path)));
    return [...movedPaths, ...movedSets.flatMap((fileset) => fileset.bases)];
  }

  /** For tasks that take outputs of others as inputs: once for each of those, when it has finished. */
  async #readNeededOutputs(id: TaskId): Promise<void> {
    const { taskGraph, outputs } = this.#parts;
    for (const needed of needsOutputsOf(id, this.inputsOf(id), taskGraph)) {
      if (outputs.has(needed)) continue;
      const patterns = taskGraph.tasks.get(needed)?.outputs ?? [];
      outputs.set(needed, await readOutputFiles(this.#session.rootAbsolute, patterns, digest));
    }
  }

  /** Outputs that are not ignored by git are inputs of whoever comes next. */
  #lookAtProducedFiles(): void {
    if (this.#producers.size === 0) return;
    const folders = [...this.#producers].flatMap((id) =>
      outputFolders(this.#parts.taskGraph.tasks.get(id)?.outputs ?? []),
    );
    this.#producers.clear();
    this.#noteMoves(this.#session.workspace.refresh(folders));
  }

  #noteMoves(paths: readonly WorkspacePath[]): void {
    if (paths.length === 0) return;
    for (const path of paths) this.#movedAt.set(path, this.#moves);
    this.#forgetDigests();
  }

  #lookAtDisk(filesets: readonly Fileset[]): void {
    const moved = this.#parts.disk.findMoved(filesets);
    if (moved.length === 0) return;
    for (const fileset of moved) this.#diskMovedAt.set(fileset, this.#moves);
    this.#forgetDigests();
  }

  #forgetDigests(): void {
    this.#moves += 1;
    this.#memory = new HashMemory(this.#parts.sources);
    for (const [task, hash] of this.#hashes) this.#memory.remember(task, hash);
  }
}

function hasDiskInputs(all: readonly TaskInputs[]): boolean {
  const usesDisk = (part: { readonly filesets: readonly Fileset[] }): boolean =>
    part.filesets.some((fileset) => fileset.source === 'disk');
  return all.some(usesDisk) || [...walkGroups(all)].some(usesDisk);
}

/** The part of each pattern before its first wildcard. */
function outputFolders(patterns: readonly string[]): readonly WorkspacePath[] {
  return patterns
    .filter((pattern) => !pattern.startsWith('!'))
    .map((pattern) => {
      const wildcard = pattern.search(/[*?{[(]/);
      const literal = wildcard === -1 ? pattern : pattern.slice(0, pattern.lastIndexOf('/', wildcard) + 1);
      return literal.replace(/\/$/, '') as WorkspacePath;
    });
}
