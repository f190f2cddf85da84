import { existsSync } from 'node:fs';
import { join } from 'node:path';
import {
  findAffected,
  findOutdated,
  indexHashedDependents,
  indexTouched,
  walkFilesets,
  type AffectedReason,
  type Change,
  type Dependents,
  type FindTouched,
  type Problem,
  type TaskDefinitions,
  type TaskGraph,
  type TaskHash,
  type TaskId,
  type WorkspacePath,
} from '@larder/core';
import { digest } from '@larder/workspace';
import { createRunHasher } from '../run/create-run-hasher.ts';
import type { RunHasher } from '../run/run-hasher.ts';
import type { TakenMoves } from '../run/file-moves.ts';
import { matchAny } from '../session/match-any.ts';
import type { Session } from '../session/open-session.ts';
import type { Terminal } from '../terminal.ts';

export type StaleTasks = ReadonlyMap<TaskId, AffectedReason>;

export type OpenedWatch =
  | { readonly kind: 'opened'; readonly watched: WatchedWorkspace }
  | { readonly kind: 'invalid'; readonly problems: readonly Problem[] };

/** What a watch knows of the workspace while nobody changes what projects and tasks there are. */
export class WatchedWorkspace {
  readonly session: Session;
  readonly taskGraph: TaskGraph;
  readonly hasher: RunHasher;
  readonly #dependents: Dependents;
  readonly #findTouched: FindTouched;
  readonly #definesTasks: (path: string) => boolean;

  constructor(session: Session, taskGraph: TaskGraph, hasher: RunHasher) {
    this.session = session;
    this.taskGraph = taskGraph;
    this.hasher = hasher;
    this.#dependents = indexHashedDependents(taskGraph);
    const { rootAbsolute, workspace } = session;
    this.#findTouched = indexTouched({
      taskGraph,
      inputsOf: hasher.inputsOf,
      isIgnored: (path) => !workspace.files.has(path) && existsSync(join(rootAbsolute, path)),
    });
    const named = session.graphFiles.filter((pattern) => pattern !== '**');
    const definesTasks = matchAny(named);
    // Some plugins look at everything, such as Nx's own.
    const isAnyFile = named.length < session.graphFiles.length;
    this.#definesTasks = isAnyFile ? () => true : definesTasks;
    // Of files whose facts were never asked for, nobody would be told that they moved.
    for (const path of workspace.files.paths) if (definesTasks(path)) workspace.files.factsOf(path);
  }

  /** Whether projects or targets may be others once one of these files has moved. */
  mayRedefine(paths: Iterable<WorkspacePath>): boolean {
    for (const path of paths) if (this.#definesTasks(path)) return true;
    return false;
  }

  /** Tasks that were hashed before one of their inputs moved. */
  findStale({ paths, sets }: TakenMoves): StaleTasks {
    const stale = new Map<TaskId, AffectedReason>();
    // Moves with one number were noticed together. Nearly always there is one number only.
    for (const [move, together] of Map.groupBy(paths.keys(), (path) => paths.get(path)!)) {
      for (const [task, reason] of this.#findTouched(sortByNearness(together))) {
        if (!stale.has(task) && this.hasher.wasHashedBefore(task, move)) stale.set(task, reason);
      }
    }
    for (const [fileset, move] of sets) {
      const reason: AffectedReason = { kind: 'file', path: fileset.bases[0]!, input: fileset.label };
      for (const task of this.taskGraph.tasks.keys()) {
        if (stale.has(task) || !this.hasher.wasHashedBefore(task, move)) continue;
        if ([...walkFilesets(this.hasher.inputsOf(task))].includes(fileset)) stale.set(task, reason);
      }
    }
    return stale;
  }

  addDependents(stale: StaleTasks): StaleTasks {
    return findOutdated(stale, this.#dependents);
  }

  /** Tasks that are defined otherwise than in an earlier state of the workspace; new ones are among them. */
  findRedefined(before: WatchedWorkspace, changes: readonly Change[]): StaleTasks {
    return findAffected({
      taskGraph: this.taskGraph,
      inputsOf: this.hasher.inputsOf,
      changes,
      base: { definitions: before.#definitions, headGraph: this.session.graph, knowsConfiguration: true, digest },
    });
  }

  get #definitions(): TaskDefinitions {
    return { graph: this.session.graph, taskGraph: this.taskGraph, inputsOf: this.hasher.inputsOf };
  }

  /** The hashes of tasks, as far as they have any. */
  listHashes(): ReadonlyMap<TaskId, TaskHash> {
    const hashes = new Map<TaskId, TaskHash>();
    for (const task of this.taskGraph.tasks.keys()) {
      const hash = this.hasher.hashOf(task);
      if (hash !== null) hashes.set(task, hash);
    }
    return hashes;
  }
}

/** `before`: the hashes of its tasks hold for those that are not outdated. */
export async function openWatchedWorkspace(
  session: Session,
  terminal: Terminal,
  { taskGraph, before }: { readonly taskGraph: TaskGraph; readonly before: WatchedWorkspace | null },
): Promise<OpenedWatch> {
  const knownHashes = before?.listHashes() ?? new Map();
  const created = await createRunHasher(session, terminal, taskGraph, { knownHashes });
  if (created.kind === 'invalid') return created;
  return { kind: 'opened', watched: new WatchedWorkspace(session, taskGraph, created.hasher) };
}

/** The nearest is the best reason. */
function sortByNearness(paths: readonly WorkspacePath[]): readonly WorkspacePath[] {
  return paths.toSorted((a, b) => a.length - b.length || (a < b ? -1 : 1));
}
