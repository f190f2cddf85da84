import { readOutputFiles } from '@larder/cache';
import {
  HashMemory,
  hashAllReady,
  hashTask,
  needsOutputsOf,
  type HashSources,
  type MovedBelow,
  type OutputFile,
  type PlannedHash,
  type Problem,
  type Reporter,
  type TaskGraph,
  type TaskHash,
  type TaskHashDetails,
  type TaskId,
  type TaskInputs,
  type WorkspacePath,
} from '@larder/core';
import { digest, type ReadDotenv } from '@larder/workspace';
import type { Session } from '../session/open-session.ts';
import type { DiskInputs } from './disk-inputs.ts';
import type { DotenvValues } from './dotenv-values.ts';
import type { TakenMoves } from './file-moves.ts';
import { findOutputFolders } from './find-output-folders.ts';
import { InputHistory } from './input-history.ts';
import { InputMoves } from './input-moves.ts';
import type { InputValues } from './read-input-values.ts';
import type { OuterInputs, RunHasher } from './run-hasher.ts';

export interface HasherParts {
  readonly taskGraph: TaskGraph;
  readonly inputsOf: (task: TaskId) => TaskInputs;
  readonly sources: HashSources;
  /** What finished tasks produced, as far as others take it as input; filled before they are hashed. */
  readonly outputs: Map<TaskId, readonly OutputFile[]>;
  readonly disk: DiskInputs;
  readonly values: InputValues;
  /** Null where none are loaded. */
  readonly dotenv: DotenvValues | null;
  readonly knownHashes: ReadonlyMap<TaskId, TaskHash>;
  readonly takenHashes: ReadonlyMap<TaskId, TaskHash>;
  readonly readValues: (tasks: TaskGraph) => Promise<readonly Problem[]>;
  readonly askedGit: () => boolean;
  /** Whether people may edit while tasks run. Where nobody does, files move because generators write into their inputs. */
  readonly isEdited: boolean;
}

/** Hashes tasks of what the workspace holds when they are asked for; digests are kept until something moves. */
export class WorkspaceHasher implements RunHasher {
  readonly inputsOf: (task: TaskId) => TaskInputs;
  readonly readDotenv: ReadDotenv | null;
  readonly watcher: Reporter;
  readonly history: InputHistory;
  readonly #session: Session;
  readonly #parts: HasherParts;
  readonly #moves: InputMoves;
  #memory: HashMemory;
  readonly #hashes = new Map<TaskId, TaskHash>();
  readonly #producers = new Set<TaskId>();
  /** Told of, and not hashed. */
  readonly #taken: Map<TaskId, TaskHash>;
  /** Somebody wants tasks to be executed again, which may build on what was taken. */
  #mayBuildOnTaken = false;

  constructor(session: Session, parts: HasherParts) {
    this.#session = session;
    this.#parts = parts;
    this.#memory = new HashMemory(parts.sources);
    this.inputsOf = parts.inputsOf;
    this.readDotenv = parts.dotenv?.read ?? null;
    this.#moves = new InputMoves({
      ...parts,
      refresh: (paths) => session.workspace.refresh(paths),
      onMoved: () => this.#forgetDigests(),
    });
    this.#taken = new Map(parts.takenHashes);
    for (const [task, hash] of [...parts.knownHashes, ...this.#taken]) this.#noteHash(task, hash);
    this.history = new InputHistory(session, { inputsOf: parts.inputsOf, memory: () => this.#memory });
    this.watcher = {
      onEvent: (event) => {
        this.history.noteEvent(event);
        // They are about to produce something else, perhaps.
        if (event.type === 'tasks-reopened') this.#reopen(event.tasks);
        if (event.type !== 'task-settled') return;
        if (event.outcome.kind === 'executed' || event.outcome.kind === 'restored') this.#producers.add(event.task);
      },
      close: async () => {},
    };
  }

  outerInputs(): OuterInputs {
    const { disk, values, askedGit, dotenv, taskGraph } = this.#parts;
    // What is remembered of a task says nothing of where the values of its variables came from.
    for (const task of this.#taken.keys()) dotenv?.lookFor(taskGraph.tasks.get(task)!);
    const paths = new Set([...disk.paths, ...values.paths]);
    return { paths, askedGit: askedGit(), runtime: values.runtimeOutputs };
  }

  planAll(): ReadonlyMap<TaskId, PlannedHash> {
    return hashAllReady(this.#parts.taskGraph, this.inputsOf, this.#memory);
  }

  hashOf(task: TaskId): TaskHash | null {
    return this.#hashes.get(task) ?? null;
  }

  async startAgain(tasks: TaskGraph): Promise<readonly Problem[]> {
    this.#forgetOutputs(tasks.tasks.keys());
    const problems = await this.#parts.readValues(tasks);
    this.#forgetDigests();
    return problems;
  }

  isTaken(task: TaskId): boolean {
    return this.#taken.has(task);
  }

  async hash(id: TaskId): Promise<TaskHashDetails> {
    const taken = this.#taken.get(id);
    if (taken !== undefined) return { task: id, hash: taken, entries: [] };
    if (this.#mayBuildOnTaken) await this.#hashTakenBelow(id);
    this.#lookAtProducedFiles();
    await this.#readNeededOutputs(id);
    this.#moves.lookAtUntracked(id);
    this.#moves.noteHashed(id);
    const details = hashTask(this.#parts.taskGraph.tasks.get(id)!, this.inputsOf(id), this.#memory);
    this.#hashes.set(id, details.hash);
    this.history.noteHashed(details);
    return details;
  }

  explainMiss(id: TaskId): string | null {
    return this.history.explainMiss(id);
  }

  distrust(task: TaskId, told: TaskHash | null): void {
    this.#moves.distrust(task);
    if (told !== null) this.#noteHash(task, told);
  }

  hasMoved(task: TaskId): boolean {
    return this.#moves.hasMoved(task);
  }

  look(paths: readonly WorkspacePath[]): void {
    this.#moves.look(paths);
  }

  takeMoves(): TakenMoves {
    return this.#moves.take();
  }

  wasHashedBefore(task: TaskId, move: number): boolean {
    return this.#moves.wasHashedBefore(task, move);
  }

  hurry(): void {
    this.#moves.hurry();
  }

  findMovedInputs(id: TaskId): Promise<readonly WorkspacePath[]> {
    return this.#moves.findOf(id);
  }

  findMovedBelow(id: TaskId): Promise<MovedBelow | null> {
    return this.#moves.findBelow(id);
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
    this.#moves.refresh(folders);
  }

  #reopen(tasks: readonly TaskId[]): void {
    for (const task of tasks) this.#taken.delete(task);
    this.#mayBuildOnTaken = this.#taken.size > 0;
    this.#forgetOutputs(tasks);
  }

  /** What is executed builds on files that somebody has looked at, and nothing else. */
  async #hashTakenBelow(id: TaskId): Promise<void> {
    for (const { dependency } of this.#parts.taskGraph.dependencies.get(id) ?? []) {
      const told = this.#taken.get(dependency);
      if (told === undefined) continue;
      this.#taken.delete(dependency);
      const { hash } = await this.hash(dependency);
      if (hash !== told) this.distrust(dependency, told);
    }
  }

  #forgetOutputs(tasks: Iterable<TaskId>): void {
    for (const id of tasks) this.#parts.outputs.delete(id);
    this.#forgetDigests();
  }

  #noteHash(task: TaskId, hash: TaskHash): void {
    this.#moves.noteHashed(task);
    this.#hashes.set(task, hash);
    this.#memory.remember(task, hash);
  }

  #forgetDigests(): void {
    this.#memory = new HashMemory(this.#parts.sources);
    for (const [task, hash] of this.#hashes) this.#memory.remember(task, hash);
  }
}
