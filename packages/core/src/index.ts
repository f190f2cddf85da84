export {
  asDigest,
  asProjectName,
  asRunId,
  asWorkspacePath,
  compareCodeUnits,
  formatTaskId,
  parseTaskHash,
  toTaskHash,
} from './ids.ts';
export type { Digest, ProjectName, RunId, TaskHash, TaskId, WorkspacePath } from './ids.ts';
export { isJsonObject } from './json.ts';
export type { JsonObject, JsonValue } from './json.ts';
export { hasErrors } from './problem.ts';
export type { Problem, ProblemCode, ProblemFacts, SourceLocation } from './problem.ts';
export type { Config, OutputStyle, PluginConfig, RemoteConfig } from './config/config.ts';
export type {
  ExternalPackage,
  Externals,
  InputDefinition,
  InputScope,
  NamedInputs,
  Project,
  ProjectEdge,
  ProjectGraph,
  Target,
  TargetDependency,
} from './project-graph/project.ts';
export type { Task, TaskEdge, TaskGraph } from './task-graph/task-graph.ts';
export type { FileFacts, WorkspaceFiles } from './workspace-files.ts';
export type { HashEntry, HashEntryKind, TaskHashDetails } from './hash/hash-details.ts';
export type { PlannedHash, RunPlan, RunPlanEntry } from './plan/run-plan.ts';
export { isSuccess } from './schedule/outcome.ts';
export type { ContinueMode, OutcomeKind, TaskOutcome } from './schedule/outcome.ts';
export type {
  CacheLookupResult,
  CacheTroubleCode,
  PlannedTask,
  Reporter,
  RunEvent,
  RunEventSink,
  RunTotals,
} from './run-event.ts';
export type {
  CacheLookup,
  CacheTroubleSink,
  Clock,
  CommandLine,
  DebugLog,
  DigestFunction,
  ExecutionResult,
  OutputFile,
  ProcessExit,
  RestoreResult,
  RunningProcess,
  SpawnProcess,
  SpawnRequest,
  StoreResult,
  TaskCache,
  TaskHasher,
} from './ports.ts';
export { definePlugin } from './plugin.ts';
export type {
  ArtifactHead,
  ArtifactSource,
  ArtifactStore,
  CacheStoreContext,
  EdgeContribution,
  Executor,
  ExecutorContext,
  GraphContext,
  GraphContribution,
  GraphContributor,
  InputKind,
  InputKindContext,
  ManifestDependency,
  OptionIssue,
  OptionsResult,
  Plugin,
  PluginDefinition,
  PluginParts,
  ProjectContribution,
  ReporterContext,
  RunningTask,
  TaskEnd,
} from './plugin.ts';
export { StoreError } from './store-error.ts';
