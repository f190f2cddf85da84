import type { WorkspacePath } from '../ids.ts';
import type { WorkspaceFiles } from '../workspace-files.ts';
import type { Fileset } from './inputs.ts';
import { sortUnique } from './sort-unique.ts';

export type ListedFiles = Pick<WorkspaceFiles, 'has' | 'under'>;

/** The files that are in the set, sorted by code unit. */
export function listFileset(fileset: Fileset, files: ListedFiles): readonly WorkspacePath[] {
  const listed = fileset.bases.map((base) => listBelow(base, files).filter(fileset.matches));
  const [only, ...others] = listed;
  // The files below `a` and those below `a-b` interleave: `a-b/c` stands before `a/b`.
  return others.length === 0 ? (only ?? []) : sortUnique(listed.flat());
}

function listBelow(base: WorkspacePath, files: ListedFiles): readonly WorkspacePath[] {
  return files.has(base) ? [base] : files.under(base);
}
