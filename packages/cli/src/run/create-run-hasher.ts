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
  type MovedBelow,
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
import { monotonicMs } from '@larder/runner';
import { digest } from '@larder/workspace';
import type { Session } from '../session/open-session.ts';
import type { Terminal } from '../terminal.ts';
import { createHashSources } from './create-hash-sources.ts';
import { createInputContext } from './create-input-context.ts';
import { CoveredMoves } from './covered-moves.ts';
import { DiskInputs } from './disk-inputs.ts';
import { FileMoves, type TakenMoves } from './file-moves.ts';
import { findOutputFolders } from './find-output-folders.ts';
import { InputHistory } from './input-history.ts';
import { InputValues, readInputValues } from './read-input-values.ts';
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
  /** What decided the hashes beside the files of the workspace. */
  outerInputs(): OuterInputs;
  /** Null where the task was not hashed yet. */
  hashOf(task: TaskId): TaskHash | null;

  // For a hasher that knows a part of a run.

  /**
   * Hashes a task that another process has run, which says what its results stand for: a hash, null for none, or
   * undefined where it said nothing. Where that is not what its inputs give now, they have moved since, and
   * nothing that counts it may be stored. The hash that was told counts.
   */
  hashSettled(task: TaskId, told: TaskHash | null | undefined): Promise<void>;
  /** For such a process: null where inputs moved while the task ran. */
  standsFor(task: TaskId): TaskHash | null;

  // For a hasher that outlives a run.

  /** Compares files and folders with the disk. */
  look(paths: readonly WorkspacePath[]): void;
  /** What moved since the last call, whoever noticed it. */
  takeMoves(): TakenMoves;
  /** Whether the task was hashed, and before that move. */
  wasHashedBefore(task: TaskId, move: number): boolean;
  /** Reads again what can change without a file of the workspace: values of inputs, and outputs of these tasks. */
  startAgain(tasks: TaskGraph): Promise<readonly Problem[]>;
}

export interface OuterInputs {
  /** Files and folders that nobody tracks, there or not. */
  readonly paths: ReadonlySet<string>;
  /** Whether what git tracks decided something. */
  readonly askedGit: boolean;
  /** What the commands of `runtime` inputs printed. */
  readonly runtime: ReadonlyMap<string, string>;
}

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

interface HasherParts {
  readonly taskGraph: TaskGraph;
  readonly inputsOf: (task: TaskId) => TaskInputs;
  readonly sources: HashSources;
  /** What finished tasks produced, as far as others take it as input; filled before they are hashed. */
  readonly outputs: Map<TaskId, readonly OutputFile[]>;
  readonly disk: DiskInputs;
  readonly values: InputValues;
  readonly knownHashes: ReadonlyMap<TaskId, TaskHash>;
  readonly readValues: (tasks: TaskGraph) => Promise<readonly Problem[]>;
  readonly askedGit: () => boolean;
  /** Whether people may edit while tasks run. Where nobody does, files move because generators write into their inputs. */
  readonly isEdited: boolean;
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
  readonly #moves = new FileMoves();
  readonly #hashes = new Map<TaskId, TaskHash>();
  readonly #hashedAt = new Map<TaskId, number>();
  readonly #covered: CoveredMoves;
  readonly #producers = new Set<TaskId>();
  /** Whose inputs, or those of what they count, were seen to move while they ran. */
  readonly #unsettled = new Set<TaskId>();
  readonly #verification: SharedRefresh;
  /** Nearly always false; walking through all that a task counts, for each task, would be quadratic. */
  readonly #hasDiskInputs: boolean;

  constructor(session: Session, parts: HasherParts) {
    this.#session = session;
    this.#parts = parts;
    this.#memory = new HashMemory(parts.sources);
    for (const [task, hash] of parts.knownHashes) this.#noteHash(task, hash);
    this.inputsOf = parts.inputsOf;
    this.#covered = new CoveredMoves({ ...parts, moves: this.#moves, hashedAt: this.#hashedAt });
    this.#hasDiskInputs = hasDiskInputs([...parts.taskGraph.tasks.keys()].map(parts.inputsOf));
    this.#verification = new SharedRefresh({
      refresh: (paths) => this.#noteMoves(session.workspace.refresh(paths)),
      now: monotonicMs,
    });
    this.history = new InputHistory(session, { inputsOf: parts.inputsOf, memory: () => this.#memory });
    this.watcher = {
      onEvent: (event) => {
        this.history.noteEvent(event);
        // They are about to produce something else, perhaps.
        if (event.type === 'tasks-reopened') this.#forgetOutputs(event.tasks);
        if (event.type !== 'task-settled') return;
        if (event.outcome.kind === 'executed' || event.outcome.kind === 'restored') this.#producers.add(event.task);
      },
      close: async () => {},
    };
  }

  outerInputs(): OuterInputs {
    const { disk, values, askedGit } = this.#parts;
    const paths = new Set([...disk.paths, ...values.paths]);
    return { paths, askedGit: askedGit(), runtime: values.runtimeOutputs };
  }

  planAll(): ReadonlyMap<TaskId, PlannedHash> {
    return hashAllReady(this.#parts.taskGraph, this.inputsOf, this.#memory);
  }

  hashOf(task: TaskId): TaskHash | null {
    return this.#hashes.get(task) ?? null;
  }

  look(paths: readonly WorkspacePath[]): void {
    this.#noteMoves(this.#session.workspace.refresh(paths));
    const { disk } = this.#parts;
    // Nobody tracks ignored files: whatever looks as if it were one makes the sets that may hold it be looked at.
    if (this.#hasDiskInputs) this.#lookAtDisk(disk.filesets.filter((fileset) => paths.some(fileset.matches)));
  }

  takeMoves(): TakenMoves {
    return this.#moves.take();
  }

  wasHashedBefore(task: TaskId, move: number): boolean {
    return (this.#hashedAt.get(task) ?? Infinity) <= move;
  }

  async startAgain(tasks: TaskGraph): Promise<readonly Problem[]> {
    this.#forgetOutputs(tasks.tasks.keys());
    const problems = await this.#parts.readValues(tasks);
    this.#forgetDigests();
    return problems;
  }

  async hash(id: TaskId): Promise<TaskHashDetails> {
    this.#lookAtProducedFiles();
    await this.#readNeededOutputs(id);
    if (this.#hasDiskInputs) this.#lookAtDisk([...walkFilesets(this.inputsOf(id))]);
    this.#hashedAt.set(id, this.#moves.now);
    const details = hashTask(this.#parts.taskGraph.tasks.get(id)!, this.inputsOf(id), this.#memory);
    this.#hashes.set(id, details.hash);
    this.history.noteHashed(details);
    return details;
  }

  async hashSettled(id: TaskId, told: TaskHash | null | undefined): Promise<void> {
    const { hash } = await this.hash(id);
    if (told === undefined || told === hash) return;
    this.#covered.distrust(id);
    if (told !== null) this.#noteHash(id, told);
  }

  standsFor(id: TaskId): TaskHash | null {
    return this.#unsettled.has(id) ? null : this.hashOf(id);
  }

  explainMiss(id: TaskId): string | null {
    return this.history.explainMiss(id);
  }

  hurry(): void {
    this.#verification.hurry();
  }

  async findMovedInputs(id: TaskId): Promise<readonly WorkspacePath[]> {
    const filesets = [...walkFilesets(this.inputsOf(id))];
    await this.#verification.look(filesets.flatMap((fileset) => fileset.bases));
    if (this.#hasDiskInputs) this.#lookAtDisk(filesets);
    const moved = this.#moves.findSince(this.#hashedAt.get(id) ?? 0, filesets);
    if (moved.length > 0) this.#unsettled.add(id);
    return moved;
  }

  async findMovedBelow(id: TaskId): Promise<MovedBelow | null> {
    if (!this.#parts.isEdited) return null;
    const filesets = this.#covered.filesetsOf(id);
    await this.#verification.look(filesets.flatMap((fileset) => fileset.bases));
    if (this.#hasDiskInputs) this.#lookAtDisk(filesets);
    const moved = this.#covered.find(id);
    if (moved !== null) this.#unsettled.add(id);
    return moved;
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
      findOutputFolders(this.#parts.taskGraph.tasks.get(id)?.outputs ?? []),
    );
    this.#producers.clear();
    this.#noteMoves(this.#session.workspace.refresh(folders));
  }

  #noteMoves(paths: readonly WorkspacePath[]): void {
    if (paths.length === 0) return;
    this.#moves.note(paths, []);
    this.#forgetDigests();
  }

  #lookAtDisk(filesets: readonly Fileset[]): void {
    const moved = this.#parts.disk.findMoved(filesets);
    if (moved.length === 0) return;
    this.#moves.note([], moved);
    this.#forgetDigests();
  }

  #forgetOutputs(tasks: Iterable<TaskId>): void {
    for (const id of tasks) this.#parts.outputs.delete(id);
    this.#forgetDigests();
  }

  #noteHash(task: TaskId, hash: TaskHash): void {
    this.#hashedAt.set(task, this.#moves.now);
    this.#hashes.set(task, hash);
    this.#memory.remember(task, hash);
  }

  #forgetDigests(): void {
    this.#memory = new HashMemory(this.#parts.sources);
    for (const [task, hash] of this.#hashes) this.#memory.remember(task, hash);
  }
}

function hasDiskInputs(all: readonly TaskInputs[]): boolean {
  const usesDisk = (part: { readonly filesets: readonly Fileset[] }): boolean =>
    part.filesets.some((fileset) => fileset.source === 'disk');
  return all.some(usesDisk) || [...walkGroups(all)].some(usesDisk);
}
