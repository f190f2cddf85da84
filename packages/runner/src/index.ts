export { builtinExecutors } from './executors/builtin-executors.ts';
export { findExecutor } from './executors/find-executor.ts';
export type { FoundExecutor } from './executors/find-executor.ts';
export { quoteShellArgument } from './executors/quote-shell-argument.ts';
export { OutputCapture } from './output/capture-output.ts';
export { OutputDecoder } from './output/decode-output.ts';
export { createSpawnProcess } from './process/spawn-process.ts';
export type { SpawnProcessOptions } from './process/spawn-process.ts';
