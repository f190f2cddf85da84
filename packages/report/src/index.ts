export { initialView } from './view/own-view.ts';
export { reduceView } from './view/reduce-view.ts';
export { findCriticalPath } from './view/task-times.ts';
export type { TimedTask } from './view/task-times.ts';
export { scrollBackBounds } from './view/output-tail.ts';
export type { OutputBounds, OutputTail } from './view/output-tail.ts';
export { estimateRemainingMs, forecastTasks } from './view/forecast-run.ts';
export type { TaskForecast } from './view/forecast-run.ts';
export type {
  CacheTroubleView,
  FailedAttempt,
  HitCounts,
  RemoteTraffic,
  RunView,
  TaskGroups,
  TaskState,
  TaskView,
} from './view/run-view.ts';
export { createStaticReporter } from './reporters/create-static-reporter.ts';
export { createLineReporter } from './reporters/create-line-reporter.ts';
export type { NdjsonLine } from './reporters/to-ndjson.ts';
export { describeOutcome } from './reporters/describe-outcome.ts';
export { cleanOutputLine } from './reporters/task-lines.ts';
export type { ReporterOptions, TextOptions, WriteText } from './reporters/reporter-options.ts';
export { renderSummary } from './summary/render-summary.ts';
export { renderJobSummary } from './summary/render-job-summary.ts';
export { renderFailures } from './summary/render-failures.ts';
export { describeCacheTrouble } from './summary/describe-cache-trouble.ts';
export type { CacheTroubleText } from './summary/describe-cache-trouble.ts';
export { describeHitRate, formatRate } from './summary/describe-counts.ts';
export { detectCiProvider } from './ci/detect-ci-provider.ts';
export type { CiProvider } from './ci/detect-ci-provider.ts';
export { createCiMarkup } from './ci/ci-markup.ts';
export type { CiMarkup } from './ci/ci-markup.ts';
export type { CiOutput } from './ci/annotate-failure.ts';
export type { Annotation } from './annotations/annotation.ts';
export { describeProblem } from './problems/describe-problem.ts';
export type { ProblemText } from './problems/describe-problem.ts';
export { renderProblem } from './problems/render-problem.ts';
export type { RenderProblemOptions } from './problems/render-problem.ts';
export { buildRunRecord, noGit } from './records/run-record.ts';
export type { GitFacts, RunRecord, TaskRecord } from './records/run-record.ts';
export { writeFileAtomically } from './records/write-file-atomically.ts';
export { openHistory } from './history/open-history.ts';
export { appendPendingLine, appendPendingRecord } from './history/pending-records.ts';
export type { OpenedHistory } from './history/open-history.ts';
export type { RunHistory } from './history/run-history.ts';
export type { TaskEnding, TaskExpectation } from './history/task-expectations.ts';
export type { RunFilter } from './history/read-runs.ts';
export type { LastTaskRun } from './history/find-last-task-run.ts';
export type { WriteResult } from './records/write-file-atomically.ts';
export { renderPlan } from './plan/render-plan.ts';
export { planToJson } from './plan/plan-to-json.ts';
export type { PlanDocument, PlannedTaskDocument } from './plan/plan-to-json.ts';
export type { PlannedCache } from './plan/describe-planned-cache.ts';
export { renderTaskGraph, taskGraphToDot, taskGraphToJson } from './graph/render-task-graph.ts';
export type { TaskGraphDocument } from './graph/render-task-graph.ts';
export { projectGraphToDot, projectGraphToJson, renderProjectGraph } from './graph/render-project-graph.ts';
export type { ProjectGraphDocument } from './graph/render-project-graph.ts';
export { describeInputChanges, listInputChanges } from './explain/describe-input-changes.ts';
export type { InputChanges } from './explain/describe-input-changes.ts';
export { renderWhy } from './explain/render-why.ts';
export type { RenderWhyOptions } from './explain/render-why.ts';
export { renderProject, renderProjectNames, renderTask } from './explain/render-projects.ts';
export { projectToJson } from './explain/project-to-json.ts';
export type { ProjectDocument, TargetDocument } from './explain/project-to-json.ts';
export { renderDiff } from './text/render-diff.ts';
export { formatBytes } from './text/format-bytes.ts';
export { formatDuration } from './text/format-duration.ts';
export { displayWidth, fitToWidth, padToWidth, truncateToWidth } from './text/display-width.ts';
export { cleanTerminalText } from './text/clean-terminal-text.ts';
export { createPaint } from './text/paint.ts';
export type { Paint, Style } from './text/paint.ts';
export { buildTrace } from './profile/build-trace.ts';
export type { OwnPhase, Trace, TraceEvent } from './profile/build-trace.ts';
export { openTelemetry } from './telemetry/open-telemetry.ts';
export { readTelemetrySettings } from './telemetry/telemetry-settings.ts';
export type { Telemetry, TelemetryOptions } from './telemetry/open-telemetry.ts';
