export { digest } from './digest.ts';
export { findWorkspaceRoot } from './find-workspace-root.ts';
export type { WorkspaceRoot } from './find-workspace-root.ts';
export { createDiskFiles } from './files/disk-files.ts';
export { rulesFiles } from './files/rules-files.ts';
export { listFiles } from './files/list-files.ts';
export type { FileListing } from './files/list-files.ts';
export { readKeyedFile, writeKeyedFile } from './state/keyed-file.ts';
export type { KeyedFile } from './state/keyed-file.ts';
export { openInputRecords } from './state/input-records.ts';
export type { InputRecord, InputRecordBatch, InputRecords } from './state/input-records.ts';
export { findConfigFile, readConfigFile } from './read-config-file.ts';
export { openMemberFolders } from './open-member-folders.ts';
export type { MemberFolders } from './open-member-folders.ts';
export { readWorkspace } from './read-workspace.ts';
export type { OpenWorkspace, ReadWorkspaceOptions } from './read-workspace.ts';
export { judgeGitFailure } from './git/judge-git-failure.ts';
export { readChangedFiles } from './git/read-changed-files.ts';
export type { ChangedFile } from './git/parse-name-status.ts';
export type { ChangedFiles, ChangeOptions, ChangeRange } from './git/read-changed-files.ts';
export { openBaseFiles } from './git/open-base-files.ts';
export type { BaseFiles, BaseFilesOptions } from './git/open-base-files.ts';
export { findCiBase } from './git/find-ci-base.ts';
export type { CiBase } from './git/find-ci-base.ts';
export { createTrackedLookup } from './git/create-tracked-lookup.ts';
export { readGitState } from './git/read-git-state.ts';
export type { GitState } from './git/read-git-state.ts';
export type { GitContext } from './git/run-git.ts';
export { workspacePlugin } from './workspace-plugin.ts';
export { createDotenvComposer, createTaskEnvComposer } from './env/compose-task-env.ts';
export type { RunEnvOptions, TaskEnvOptions, TaskEnvSubject } from './env/compose-task-env.ts';
export { createDotenvReader } from './env/read-dotenv.ts';
export type { ReadDotenv } from './env/read-dotenv.ts';
export { readRuntimeInputs } from './runtime-inputs.ts';
export type { RuntimeInput, RuntimeInputOptions } from './runtime-inputs.ts';
export { watchFolder } from './watch/watch-folder.ts';
export { isWatchedPath } from './watch/watched-path.ts';
export type {
  FolderWatcher,
  WatchedChanges,
  WatchLoss,
  WatchLossReason,
  WatchOptions,
} from './watch/folder-watcher.ts';
export { collectProof } from './recall/collect-proof.ts';
export { listExcludesFiles } from './recall/list-excludes-files.ts';
export { listRefFiles } from './recall/list-ref-files.ts';
export { decodeMemo } from './recall/encode-memo.ts';
export type { DecodedMemo } from './recall/encode-memo.ts';
export { readMemoClock, readMemoFile, touchMemo, writeMemoClock, writeMemoFile } from './recall/memo-file.ts';
export { makeMemoKey, volatileNames } from './recall/memo-key.ts';
export type { MemoQuestion } from './recall/memo-key.ts';
export { ensureSalt, readSalt } from './recall/memo-salt.ts';
export { PathList } from './recall/path-list.ts';
export { ProofKind, toProofRow, walkBrokenRows } from './recall/stat-proof.ts';
export type { BrokenRow, ProofRow } from './recall/stat-proof.ts';
export { findMemberPatterns } from './manifest/find-member-folders.ts';
