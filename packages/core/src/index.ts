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
export { isJsonObject, ownValue } from './json.ts';
export { recordOf } from './config/record-schema.ts';
export type { JsonObject, JsonValue } from './json.ts';
export { LineSplitter } from './line-splitter.ts';
export { loadSqlite } from './load-sqlite.ts';
export { appendArguments, quoteShellArgument } from './quote-shell-argument.ts';
export { transact } from './transact.ts';
export { describeOldNode, oldestNode } from './oldest-node.ts';
export { hasErrors } from './problem.ts';
export type { Problem, ProblemCode, ProblemFacts, SourceLocation } from './problem.ts';
export type { Config, DaemonMode, LocalCacheConfig, OutputStyle, PluginConfig, RemoteConfig } from './config/config.ts';
export type { ValuePath } from './config/json-locator.ts';
export { wantsDaemon } from './config/wants-daemon.ts';
export type { DaemonNeed } from './config/wants-daemon.ts';
export { parseAge, parseSize } from './config/parse-quantity.ts';
export { parseConfig, resolveParallel } from './config/parse-config.ts';
export type { ConfigFile, ConfigSources } from './config/parse-config.ts';
export { addProperty, appendElement } from './config/edit-jsonc.ts';
export { describeFileError, describeUnreadable } from './describe-file-error.ts';
export { findForeignEncoding } from './config/foreign-encoding.ts';
export { parseJsonc } from './config/parse-jsonc.ts';
export type { ParsedJson } from './config/parse-jsonc.ts';
export { buildProjectGraph } from './project-graph/build-project-graph.ts';
export { decodeGraph, encodeGraph } from './project-graph/encode-graph.ts';
export { restoreAdopted } from './project-graph/restore-adopted.ts';
export { findNearNames } from './project-graph/find-near-names.ts';
export type {
  ExternalPackage,
  Externals,
  InputDefinition,
  DependencyScope,
  InputScope,
  NamedInputs,
  OutputLogs,
  Project,
  ProjectEdge,
  ProjectGraph,
  ReadyCheck,
  ReadyWhen,
  Target,
  TargetDependency,
  TargetEnv,
} from './project-graph/project.ts';
export { selectProjects } from './project-graph/select-projects.ts';
export type { ProjectSelection } from './project-graph/select-projects.ts';
export { parseFilters } from './filter/parse-filter.ts';
export { findChangedProjects } from './filter/find-changed-projects.ts';
export { formatFilterChanges } from './filter/project-filter.ts';
export type { FilterChanges, FilterSubject, ProjectFilter } from './filter/project-filter.ts';
export { selectByFilters } from './filter/select-by-filters.ts';
export type { FilterContext } from './filter/select-by-filters.ts';
export { restrictTaskGraph } from './task-graph/restrict-task-graph.ts';
export { buildTaskGraph } from './task-graph/build-task-graph.ts';
export type { TaskGraphResult, TaskRequest } from './task-graph/build-task-graph.ts';
export { parseTaskName } from './task-graph/parse-task-name.ts';
export type { TaskNameResult } from './task-graph/parse-task-name.ts';
export type { Task, TaskEdge, TaskGraph } from './task-graph/task-graph.ts';
export type { FileFacts, WorkspaceFiles } from './workspace-files.ts';
export type { HashEntry, HashEntryKind, TaskHashDetails } from './hash/hash-details.ts';
export type {
  DependentOutputs,
  ExternalInputs,
  Fileset,
  InputGroup,
  JsonInput,
  PluginInput,
  TaskInputs,
} from './hash/inputs.ts';
export { InputResolver, resolveInputs } from './hash/resolve-inputs.ts';
export type { InputContext } from './hash/resolve-inputs.ts';
export { walkFilesets, walkGroups } from './hash/walk-inputs.ts';
export { GlobCompiler } from './hash/glob.ts';
export { compileGlob, ProjectMatcher, type MatchableProject } from './project-graph/match-projects.ts';
export { digestFileset } from './hash/digest-fileset.ts';
export { parseNamedArgs } from './task-graph/parse-named-args.ts';
export { listFileset } from './hash/list-fileset.ts';
export { listExternals } from './hash/resolve-externals.ts';
export type { HashSources } from './hash/hash-sources.ts';
export { HashMemory } from './hash/hash-memory.ts';
export { hashTask } from './hash/hash-task.ts';
export { countedByHash, needsOutputsOf } from './hash/dependent-outputs.ts';
export { hashAllReady } from './hash/hash-task-graph.ts';
export { compareSnapshots } from './hash/compare-snapshots.ts';
export type { ChangeKind, InputChange, Snapshot } from './hash/compare-snapshots.ts';
export { createSeal, LiveNodes, sealEntries } from './hash/input-snapshot.ts';
export type { FindNode, Seal, SealedEntry, SnapshotNode } from './hash/input-snapshot.ts';
export { findChangedPackages } from './affected/find-changed-packages.ts';
export type { HashDifference } from './hash/compare-hashes.ts';
export { findAffected } from './affected/find-affected.ts';
export type { AffectedBase, AffectedInput, ConfigurationByText } from './affected/find-affected.ts';
export { findSameTasks } from './affected/find-same-tasks.ts';
export type { TaskDefinitions } from './affected/find-redefined.ts';
export { indexTouched } from './affected/find-touched.ts';
export { indexOutputs } from './affected/index-outputs.ts';
export type { OutputPlaces } from './affected/index-outputs.ts';
export { indexUntouched } from './affected/find-untouched.ts';
export type { FindTouched } from './affected/find-touched.ts';
export { isHarmlessNxChange } from './affected/is-harmless-nx-change.ts';
export {
  canRedefine,
  isConfigurationFile,
  lockfileNames,
  workspaceConfigurationFiles,
} from './affected/configuration-files.ts';
export type { AffectedReason, Change, PackageChange } from './affected/affected-reason.ts';
export type { PlannedHash, RunPlan, RunPlanEntry } from './plan/run-plan.ts';
export { orderTasks } from './plan/order-tasks.ts';
export { findDependents } from './plan/find-dependents.ts';
export { prioritise } from './plan/prioritise.ts';
export { findCriticalPath } from './plan/critical-path.ts';
export { planRun } from './plan/plan-run.ts';
export type { PlanRunInput } from './plan/plan-run.ts';
export { decideBatchEnd } from './watch/quiet-period.ts';
export type { ChangeBurst } from './watch/quiet-period.ts';
export { decideInterrupt, decideRound } from './watch/decide-round.ts';
export type { TaskStanding, WatchedTasks } from './watch/decide-round.ts';
export { findOutdated, indexHashedDependents } from './watch/find-outdated.ts';
export type { Dependents } from './watch/find-outdated.ts';
export { RepeatedMoves } from './watch/repeated-moves.ts';
export { isSuccess } from './schedule/outcome.ts';
export type { ContinueMode, OutcomeKind, TaskOutcome } from './schedule/outcome.ts';
export { mostRetries, planRetries } from './schedule/plan-retries.ts';
export type { RetryPolicy, RetryWishes } from './schedule/plan-retries.ts';
export { countOutcomes, totalOf } from './schedule/count-outcomes.ts';
export { Schedule } from './schedule/schedule.ts';
export type { ScheduleOptions, Settlement } from './schedule/schedule.ts';
export { limitSlots } from './schedule/task-demand.ts';
export { adaptLimits } from './schedule/adapt-limits.ts';
export type { AdaptiveFacts, MachinePressure } from './schedule/adapt-limits.ts';
export { planDemands } from './schedule/plan-demands.ts';
export type { DemandSources } from './schedule/plan-demands.ts';
export type { SharedCapacity, StartLimits, TaskDemand } from './schedule/task-demand.ts';
export type { TaskState } from './schedule/scheduled-task.ts';
export type {
  CacheLookupResult,
  CacheTroubleCode,
  PlannedTask,
  TaskTakes,
  Reporter,
  RunEvent,
  RunEventSink,
  RunTotals,
  TaskUsage,
} from './run-event.ts';
export type {
  CacheLookup,
  CacheTroubleSink,
  Clock,
  CommandLine,
  DebugLog,
  ControlAnswer,
  DigestFunction,
  EarlyWork,
  ExecutionResult,
  MachineLoad,
  OutputFile,
  ProcessExit,
  ProcessUsage,
  RestartOptions,
  RestoreResult,
  RunningProcess,
  SpawnProcess,
  SpawnRequest,
  StoreResult,
  TaskCache,
  TaskControl,
  MovedBelow,
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
