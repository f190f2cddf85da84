import type { DebugLog, Problem, WorkspaceFiles } from '@larder/core';

import { listWanted } from './files/list-files.ts';
import { findMemberFolders } from './manifest/find-member-folders.ts';
import { createFileTable } from './state/file-table.ts';
import { TrackedFiles } from './state/tracked-files.ts';

export interface MemberFolders {
  /** What lies in folders where projects can be, and in the root. */
  readonly files: WorkspaceFiles;
  /** Folders and names that could not be read. */
  readonly problems: readonly Problem[];
}

/**
 * Lists what is needed to find the projects, for who asks for nothing else: of a thousand projects with their sources,
 * a folder of six. Null where projects can be anywhere, so that everything has to be listed. Nothing is saved.
 */
export async function openMemberFolders(rootAbsolute: string, log: DebugLog): Promise<MemberFolders | null> {
  const mayHoldProjects = await findMemberFolders(rootAbsolute);
  if (mayHoldProjects === null) return null;
  const { paths, problems } = listWanted(rootAbsolute, log, mayHoldProjects);
  const files = new TrackedFiles(createFileTable(paths), { rootAbsolute, readClockSkewMs: () => null });
  return { files, problems };
}
