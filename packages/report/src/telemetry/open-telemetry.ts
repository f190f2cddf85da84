import type { Reporter, TaskId } from '@larder/core';
import type { OwnPhase } from '../profile/build-trace.ts';
import { buildMetrics } from './build-metrics.ts';
import { buildSpans } from './build-spans.ts';
import { collectRunFacts, type RunFacts } from './run-facts.ts';
import { readTelemetrySettings, type ReadTelemetrySettings } from './telemetry-settings.ts';
import { TraceContext, type RandomHex } from './trace-context.ts';

export interface TelemetryOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly randomHex: RandomHex;
  readonly version: string;
}

/** The telemetry of one run. */
export interface Telemetry {
  readonly reporter: Reporter;
  /** What a task gets as `TRACEPARENT`, so that its own spans lie below its span. */
  readonly traceParentOf: (task: TaskId) => string;
  /** Exports, within a bounded time. Returns what went wrong, in words, or null. Never rejects. */
  readonly finish: (listPhases: (startedAtEpochMs: number) => readonly OwnPhase[]) => Promise<string | null>;
}

/** Null where the `OTEL_*` variables do not ask for any: then nothing of OpenTelemetry is loaded. */
export function openTelemetry(options: TelemetryOptions): Telemetry | null {
  const read = readTelemetrySettings(options.env);
  if (read.kind === 'off') return null;
  const context = new TraceContext(options.env['TRACEPARENT'], options.randomHex);
  const { facts, reporter } = collectRunFacts();
  return {
    reporter,
    traceParentOf: (task) => context.traceParentOf(task),
    finish: (listPhases) => finish(facts, read, { context, version: options.version, listPhases }),
  };
}

interface Finish {
  readonly context: TraceContext;
  readonly version: string;
  readonly listPhases: (startedAtEpochMs: number) => readonly OwnPhase[];
}

async function finish(
  facts: RunFacts,
  read: Exclude<ReadTelemetrySettings, { kind: 'off' }>,
  { context, version, listPhases }: Finish,
): Promise<string | null> {
  if (read.kind === 'invalid') return read.detail;
  const { started } = facts;
  if (started === null || facts.finished === null) return null;
  const spans = buildSpans(facts, context, listPhases(started.startedAtEpochMs));
  const { exportTelemetry } = await import('./export-telemetry.ts');
  return exportTelemetry({ spans, measurements: buildMetrics(facts), context, version }, read.settings);
}
