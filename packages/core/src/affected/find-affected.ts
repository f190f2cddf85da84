import { compareCodeUnits, type TaskId, type WorkspacePath } from '../ids.ts';
import { findDependents } from '../plan/find-dependents.ts';
import type { TaskInputs } from '../hash/inputs.ts';
import type { DigestFunction } from '../ports.ts';
import type { ProjectGraph } from '../project-graph/project.ts';
import type { TaskGraph } from '../task-graph/task-graph.ts';
import type { AffectedReason, Change } from './affected-reason.ts';
import { isLockfile, listConfigurationFiles, workspaceConfigurationFiles } from './configuration-files.ts';
import { explainRedefined } from './explain-redefined.ts';
import type { TaskDefinitions } from './find-redefined.ts';
import { findTouched } from './find-touched.ts';

export interface AffectedInput {
  readonly taskGraph: TaskGraph;
  readonly inputsOf: (task: TaskId) => TaskInputs;
  readonly changes: readonly Change[];
  /** Whether git ignores a path. */
  readonly isIgnored?: (path: WorkspacePath) => boolean;
  /** What tasks were before the changes. Absent: nobody knows, so files that may define tasks count by their path. */
  readonly base?: AffectedBase;
}

export interface AffectedBase {
  readonly definitions: TaskDefinitions;
  /** The graph that the task graph was made from. */
  readonly headGraph: ProjectGraph;
  /** False: only the packages are known as they were then; configuration counts by its path, but for `byText`. */
  readonly knowsConfiguration: boolean;
  readonly byText?: ConfigurationByText;
  readonly digest: DigestFunction;
}

/** What configuration says to who only reads it. */
export interface ConfigurationByText {
  readonly base: TaskDefinitions;
  readonly head: TaskDefinitions;
  /** Those that this is the whole truth about. */
  readonly tasks: ReadonlySet<TaskId>;
}

/**
 * The tasks that a change can reach, each with the nearest reason, sorted by id. A task is touched when a
 * changed path is among its inputs, or when it is defined otherwise, or uses other packages, than before; what depends
 * on a task that is affected is affected, unless the edge is not hashed. Files count by path alone, deleted ones like
 * any other. Variables and runtime inputs cannot be seen here. Linear in changes, tasks and edges.
 */
export function findAffected(input: AffectedInput): ReadonlyMap<TaskId, AffectedReason> {
  if (input.changes.length === 0) return new Map();
  const paths = input.changes.map((change) => change.path).sort(compareNearness);
  const reasons = new Map<TaskId, AffectedReason>();
  const addMissing = (found: Iterable<readonly [TaskId, AffectedReason]>): void => {
    for (const [task, reason] of found) if (!reasons.has(task)) reasons.set(task, reason);
  };
  addMissing(findTouched(input, paths));
  const { base } = input;
  if (base?.knowsConfiguration !== true) {
    const byText = base?.byText;
    if (byText !== undefined) {
      const redefined = explainRedefined(byText.head, byText.base, { paths, digest: base!.digest });
      addMissing([...redefined].filter(([task]) => byText.tasks.has(task)));
    }
    addMissing(findConfigured(input, paths));
  }
  if (base === undefined) addMissing(findLocked(input, paths));
  else addMissing(explainRedefined({ ...input, graph: base.headGraph }, base.definitions, { ...base, paths }));
  addDependents(input.taskGraph, reasons);
  return new Map([...reasons].sort(([a], [b]) => compareCodeUnits(a, b)));
}

/** Shorter paths first, then by code unit. */
function compareNearness(a: string, b: string): number {
  return a.length - b.length || compareCodeUnits(a, b);
}

function* findConfigured(
  { taskGraph, base }: AffectedInput,
  paths: readonly WorkspacePath[],
): Generator<readonly [TaskId, AffectedReason]> {
  const changed = new Set(paths);
  const everywhere = paths.find((path) => workspaceConfigurationFiles.includes(path));
  for (const task of taskGraph.tasks.values()) {
    if (base?.byText?.tasks.has(task.id) === true) continue;
    const path = listConfigurationFiles(task).find((file) => changed.has(file)) ?? everywhere;
    if (path !== undefined) yield [task.id, { kind: 'config', path, keys: [] }];
  }
}

/** Any change of the lockfile may concern any package: all tasks that count some are affected. */
function* findLocked(
  { taskGraph, inputsOf }: AffectedInput,
  paths: readonly WorkspacePath[],
): Generator<readonly [TaskId, AffectedReason]> {
  const path = paths.find(isLockfile);
  if (path === undefined) return;
  for (const task of taskGraph.tasks.keys()) {
    const { externals } = inputsOf(task);
    if (externals.kind === 'all' || externals.packages.length > 0)
      yield [task, { kind: 'lockfile', path, packages: [] }];
  }
}

/** Level by level, so that each task names a dependency on a shortest way to what was touched. */
function addDependents(taskGraph: TaskGraph, reasons: Map<TaskId, AffectedReason>): void {
  const dependents = findDependents(taskGraph, (edge) => edge.hashed);
  let level = [...reasons.keys()];
  while (level.length > 0) {
    const next: TaskId[] = [];
    for (const task of level.sort(compareCodeUnits)) {
      for (const dependent of dependents.get(task) ?? []) {
        if (reasons.has(dependent)) continue;
        reasons.set(dependent, { kind: 'dependency', task });
        next.push(dependent);
      }
    }
    level = next;
  }
}
