export { createNxPlugin, nxPlugin, nxPlugin as default } from './nx-plugin.ts';
export { findNx } from './find-nx.ts';
export { prefersBatch } from './batch/prefers-batch.ts';
export { leaveRunHashes, leaveRunPart, readRunHashes } from './batch/run-parts.ts';
export { readWishes, wishesName } from './batch/run-wishes.ts';
export type { RunWishes } from './batch/run-wishes.ts';
export { findIsolationDefinition, heedsEnvFiles, isolationVariable, sharedEnvFile } from './isolation/env-files.ts';
export { describeIgnored, isIgnoredByGit } from './isolation/is-ignored-by-git.ts';
export { proposeIsolation } from './isolation/propose-isolation.ts';
