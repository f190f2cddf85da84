export { builtinExecutors } from './executors/builtin-executors.ts';
export type { FoundExecutor } from './executors/find-executor.ts';
export { understandsRunCommands } from './executors/understands-run-commands.ts';
export { OutputCapture } from './output/capture-output.ts';
export { OutputDecoder } from './output/decode-output.ts';
export { createPressureGauge } from './machine/pressure-gauge.ts';
export type { PressureGauge } from './machine/pressure-gauge.ts';
export { monotonicMs } from './process/monotonic-ms.ts';
export { createSpawnProcess } from './process/spawn-process.ts';
export type { SpawnProcessOptions } from './process/spawn-process.ts';
export { createRunEvents } from './run-events.ts';
export type { RunEvents, RunEventsOptions, RunFact } from './run-events.ts';
export { replayOutput } from './run/replay-output.ts';
export type { RestartWish } from './run/restart-wishes.ts';
export { RunControl } from './run/run-control.ts';
export { runTasks } from './run/run-tasks.ts';
export type {
  CachePolicy,
  ExecutionMark,
  ExecutionMarks,
  MachineGauge,
  RunPorts,
  RunRequest,
  RunResult,
} from './run/run-request.ts';
