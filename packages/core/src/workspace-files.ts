import type { Digest, WorkspacePath } from './ids.ts';

/** What counts of one file: its bytes, its kind and its executable bit; not its times, owner or other modes. */
export interface FileFacts {
  /** Of the bytes, or of the link's text. */
  readonly digest: Digest;
  readonly kind: 'file' | 'symlink';
  readonly executable: boolean;
}

/** The files of a workspace that are not ignored, at one moment. */
export interface WorkspaceFiles {
  /** Sorted by code unit. */
  readonly paths: readonly WorkspacePath[];
  has(path: WorkspacePath): boolean;
  /** The files below a folder, sorted; `''` gives all. */
  under(directory: WorkspacePath): readonly WorkspacePath[];
  /** Null where the path is not among `paths`, or is gone. Reads the file unless its stat is known to be unchanged. */
  factsOf(path: WorkspacePath): FileFacts | null;
}
