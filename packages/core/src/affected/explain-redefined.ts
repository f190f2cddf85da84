import type { HashDifference } from '../hash/compare-hashes.ts';
import { sortUnique } from '../hash/sort-unique.ts';
import type { TaskId, WorkspacePath } from '../ids.ts';
import type { DigestFunction } from '../ports.ts';
import type { Task } from '../task-graph/task-graph.ts';
import type { AffectedReason, PackageChange } from './affected-reason.ts';
import { isConfigurationFile, isLockfile, listConfigurationFiles } from './configuration-files.ts';
import { findChangedPackages } from './find-changed-packages.ts';
import { findRedefined, type TaskDefinitions } from './find-redefined.ts';

/** The reasons of tasks that are defined otherwise than at the base. */
export function* explainRedefined(
  head: TaskDefinitions,
  base: TaskDefinitions,
  options: { readonly paths: readonly WorkspacePath[]; readonly digest: DigestFunction },
): Generator<readonly [TaskId, AffectedReason]> {
  const packagesOf = rememberPackages(head, base);
  for (const [id, differences] of findRedefined(head, base, options.digest)) {
    const task = head.taskGraph.tasks.get(id)!;
    const isConfigured = differences.length === 0 || differences.some((one) => entryOf(one).kind !== 'external');
    yield [id, isConfigured ? explainConfig(task, differences, options.paths) : lockfileReason(task)];
  }

  function lockfileReason(task: Task): AffectedReason {
    return { kind: 'lockfile', path: findLockfilePath(options.paths), packages: packagesOf(task) };
  }
}

function explainConfig(
  task: Task,
  differences: readonly HashDifference[],
  paths: readonly WorkspacePath[],
): AffectedReason {
  const own = listConfigurationFiles(task);
  const path = paths.find((one) => own.includes(one)) ?? paths.find(isConfigurationFile) ?? paths[0]!;
  return { kind: 'config', path, keys: sortUnique(differences.map(nameKey)) };
}

/** A patch, an override or another manifest changes packages as well, where the lockfile itself did not change. */
function findLockfilePath(paths: readonly WorkspacePath[]): WorkspacePath {
  const isPatch = (path: string): boolean => path.endsWith('.patch');
  return paths.find(isLockfile) ?? paths.find(isPatch) ?? paths.find(isConfigurationFile)!;
}

function nameKey(difference: HashDifference): string {
  const { kind, name } = entryOf(difference);
  switch (kind) {
    case 'options':
      return `options.${name}`;
    case 'executor':
    case 'working-directory':
    case 'hash-version':
      return name;
    case 'task':
    case 'output-files':
      return 'dependsOn';
    case 'files':
    case 'json':
    case 'env':
    case 'runtime':
    case 'platform':
    case 'plugin':
      return 'inputs';
    case 'external':
      return 'packages';
    case 'args':
    case 'outputs':
      return kind;
  }
}

function entryOf(difference: HashDifference) {
  return difference.kind === 'removed' ? difference.before : difference.after;
}

/** Tasks of one project that count the same packages share the comparison. */
function rememberPackages(head: TaskDefinitions, base: TaskDefinitions): (task: Task) => readonly PackageChange[] {
  const known = new Map<string, readonly PackageChange[]>();
  return (task) => {
    const { externals } = head.inputsOf(task.id);
    const key = JSON.stringify([task.project, externals]);
    let changes = known.get(key);
    if (changes === undefined) {
      changes = findChangedPackages(base.graph, head.graph, { project: task.project, inputs: externals });
      known.set(key, changes);
    }
    return changes;
  };
}
