import { findBase } from '../hash/glob.ts';
import { compareCodeUnits, type TaskId } from '../ids.ts';
import type { TaskGraph } from '../task-graph/task-graph.ts';
import { listFoldersAbove } from './list-folders-above.ts';

/** Where tasks may write: the folders and files in which their outputs lie. */
export interface OutputPlaces {
  /** The tasks in whose outputs the path lies. */
  around(path: string): readonly TaskId[];
  /** The tasks whose outputs lie in the path. */
  below(path: string): readonly TaskId[];
}

export function indexOutputs({ tasks }: TaskGraph): OutputPlaces {
  const byBase = new Map<string, TaskId[]>();
  for (const { id, outputs } of tasks.values()) {
    for (const pattern of outputs) {
      if (pattern.startsWith('!')) continue;
      const base = findBase(pattern);
      const known = byBase.get(base);
      if (known === undefined) byBase.set(base, [id]);
      else known.push(id);
    }
  }
  const bases = [...byBase.keys()].sort(compareCodeUnits);
  const tasksAt = (found: readonly string[]): readonly TaskId[] => found.flatMap((base) => byBase.get(base) ?? []);
  return {
    around: (path) => tasksAt([...listFoldersAbove(path), path]),
    below: (path) => tasksAt(path === '' ? bases : findBelow(bases, path)),
  };
}

/** Few places lie below one that changed, of many. */
function findBelow(sorted: readonly string[], path: string): readonly string[] {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle]! < `${path}/`) low = middle + 1;
    else high = middle;
  }
  let end = low;
  while (sorted[end]?.startsWith(`${path}/`) === true) end += 1;
  return sorted.slice(low, end);
}
