export { digest, StreamingDigest } from './digest.ts';
export { findWorkspaceRoot } from './find-workspace-root.ts';
export type { WorkspaceRoot } from './find-workspace-root.ts';
export { listFiles } from './files/list-files.ts';
export type { FileListing } from './files/list-files.ts';
export { readWorkspace } from './read-workspace.ts';
export type { OpenWorkspace, ReadWorkspaceOptions } from './read-workspace.ts';
