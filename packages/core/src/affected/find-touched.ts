import type { TaskId, WorkspacePath } from '../ids.ts';
import type { Fileset, InputGroup, TaskInputs } from '../hash/inputs.ts';
import { filesetsIn, walkGroups } from '../hash/walk-inputs.ts';
import type { TaskGraph } from '../task-graph/task-graph.ts';
import type { AffectedReason } from './affected-reason.ts';
import { indexFilesets } from './index-filesets.ts';

export interface TouchedInput {
  readonly taskGraph: TaskGraph;
  readonly inputsOf: (task: TaskId) => TaskInputs;
  /** Whether git ignores a path: then it is an input only of what says `includeIgnored`. */
  readonly isIgnored?: (path: WorkspacePath) => boolean;
}

/** Finds the tasks that have one of the paths among their inputs, each with the reason. */
export type FindTouched = (paths: readonly WorkspacePath[]) => ReadonlyMap<TaskId, AffectedReason>;

/**
 * The tasks that have one of the paths among their inputs. Paths are tried in the order given, and a
 * task's own files before those that its inputs take in from other projects; the first hit is the reason.
 */
export function findTouched(input: TouchedInput, paths: readonly WorkspacePath[]): ReadonlyMap<TaskId, AffectedReason> {
  return indexTouched(input)(paths);
}

/** The same for whoever asks again and again: what is long about it is done once. */
export function indexTouched({ taskGraph, inputsOf, isIgnored = () => false }: TouchedInput): FindTouched {
  const uses = indexUses(taskGraph, inputsOf);
  const findAll = indexFilesets([...uses.tasks.keys(), ...uses.groups.keys()]);
  const find = (path: WorkspacePath): readonly Fileset[] =>
    isIgnored(path) ? findAll(path).filter(({ source }) => source === 'disk') : findAll(path);
  return (paths) => {
    const hits = paths.map((path) => ({ path, filesets: find(path) })).filter(({ filesets }) => filesets.length > 0);
    const reasons = new Map<TaskId, AffectedReason>();
    addOwn(reasons, hits, uses);
    addGrouped(reasons, hits, uses);
    return reasons;
  };
}

interface Hit {
  readonly path: WorkspacePath;
  readonly filesets: readonly Fileset[];
}

function addOwn(reasons: Map<TaskId, AffectedReason>, hits: readonly Hit[], uses: Uses): void {
  const seen = new Set<Fileset>();
  for (const { path, filesets } of hits) {
    for (const fileset of filesets) {
      if (seen.has(fileset)) continue;
      seen.add(fileset);
      const reason: AffectedReason = { kind: 'file', path, input: fileset.label };
      for (const inputs of uses.tasks.get(fileset) ?? []) addMissing(reasons, uses.owners.get(inputs), reason);
    }
  }
}

function addGrouped(reasons: Map<TaskId, AffectedReason>, hits: readonly Hit[], uses: Uses): void {
  const reached = new Set<InputGroup>();
  for (const { path, filesets } of hits) {
    const groups = filesets.flatMap((fileset) => uses.groups.get(fileset) ?? []);
    for (const group of climb(groups, uses, reached)) {
      const reason: AffectedReason = { kind: 'file', path, input: group.label };
      for (const inputs of uses.referring.get(group) ?? []) addMissing(reasons, uses.owners.get(inputs), reason);
    }
  }
}

/** The groups and all that refer to them, except those reached before: every group is climbed once. */
function climb(groups: readonly InputGroup[], uses: Uses, reached: Set<InputGroup>): readonly InputGroup[] {
  const climbed = new Set(groups.filter((group) => !reached.has(group)));
  for (const group of climbed) {
    reached.add(group);
    for (const above of uses.above.get(group) ?? []) if (!reached.has(above)) climbed.add(above);
  }
  return [...climbed];
}

/** Who uses what, upside down. Tasks with the same inputs are one user. */
interface Uses {
  readonly owners: ReadonlyMap<TaskInputs, readonly TaskId[]>;
  readonly tasks: ReadonlyMap<Fileset, readonly TaskInputs[]>;
  readonly groups: ReadonlyMap<Fileset, readonly InputGroup[]>;
  readonly above: ReadonlyMap<InputGroup, readonly InputGroup[]>;
  readonly referring: ReadonlyMap<InputGroup, readonly TaskInputs[]>;
}

function indexUses(taskGraph: TaskGraph, inputsOf: (task: TaskId) => TaskInputs): Uses {
  const owners = Map.groupBy(taskGraph.tasks.keys(), inputsOf);
  const uses = {
    owners,
    tasks: new Map<Fileset, TaskInputs[]>(),
    groups: new Map<Fileset, InputGroup[]>(),
    above: new Map<InputGroup, InputGroup[]>(),
    referring: new Map<InputGroup, TaskInputs[]>(),
  };
  for (const inputs of owners.keys()) {
    for (const fileset of filesetsIn(inputs)) append(uses.tasks, fileset, inputs);
    for (const group of inputs.groups) append(uses.referring, group, inputs);
  }
  for (const group of walkGroups(owners.keys())) {
    for (const fileset of filesetsIn(group)) append(uses.groups, fileset, group);
    for (const below of group.dependencies) append(uses.above, below, group);
  }
  return uses;
}

function append<Key, Value>(map: Map<Key, Value[]>, key: Key, value: Value): void {
  const values = map.get(key);
  if (values === undefined) map.set(key, [value]);
  else values.push(value);
}

function addMissing(
  reasons: Map<TaskId, AffectedReason>,
  tasks: readonly TaskId[] | undefined,
  reason: AffectedReason,
): void {
  for (const task of tasks ?? []) if (!reasons.has(task)) reasons.set(task, reason);
}
