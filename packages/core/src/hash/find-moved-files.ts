import type { WorkspacePath } from '../ids.ts';
import type { WorkspaceFiles } from '../workspace-files.ts';
import type { TaskInputs } from './inputs.ts';
import { listFileset } from './list-fileset.ts';
import { sortUnique } from './sort-unique.ts';
import { walkFilesets } from './walk-inputs.ts';

/**
 * The files among a task's inputs that are not what they were: changed, added or gone, sorted. What a
 * task produced while one of its inputs moved belongs to no hash and must not be stored.
 */
export function findMovedFiles(
  inputs: TaskInputs,
  before: WorkspaceFiles,
  after: WorkspaceFiles,
): readonly WorkspacePath[] {
  const paths = new Set<WorkspacePath>();
  for (const fileset of walkFilesets(inputs)) {
    for (const path of listFileset(fileset, before)) paths.add(path);
    for (const path of listFileset(fileset, after)) paths.add(path);
  }
  return sortUnique([...paths].filter((path) => !isSame(path, before, after)));
}

function isSame(path: WorkspacePath, before: WorkspaceFiles, after: WorkspaceFiles): boolean {
  const [old, now] = [before.factsOf(path), after.factsOf(path)];
  if (old === null || now === null) return old === now;
  return old.digest === now.digest && old.kind === now.kind && old.executable === now.executable;
}
