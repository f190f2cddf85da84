import type { Meter } from '@opentelemetry/api';
import type { Resource } from '@opentelemetry/resources';
import type { Measurement } from './build-metrics.ts';
import type { SpanFacts } from './build-spans.ts';
import type { OtlpProtocol, TelemetrySettings } from './telemetry-settings.ts';
import type { TraceContext } from './trace-context.ts';

export interface ExportedRun {
  readonly spans: readonly SpanFacts[];
  readonly measurements: readonly Measurement[];
  readonly context: TraceContext;
  readonly version: string;
}

/** Spans in one request: some hundred kilobytes. */
const spansPerRequest = 1000;

/**
 * Hands a run over to the collector that the `OTEL_*` variables of this process name. Returns what went wrong, in
 * words, or null. Never rejects, and never takes longer than the settings allow.
 */
export async function exportTelemetry(run: ExportedRun, settings: TelemetrySettings): Promise<string | null> {
  const late = Promise.withResolvers<string>();
  const timer = setTimeout(() => late.resolve(`no answer within ${settings.timeoutMs} ms`), settings.timeoutMs);
  try {
    return await Promise.race([exportAll(run, settings), late.promise]);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    clearTimeout(timer);
  }
}

async function exportAll(run: ExportedRun, settings: TelemetrySettings): Promise<string | null> {
  const resource = await describeResource(run.version);
  const troubles = await Promise.all([
    settings.traces === null || !run.context.isSampled ? null : exportSpans(run, resource, settings),
    settings.metrics === null ? null : exportMeasurements(run, resource, settings),
  ]);
  return troubles.find((trouble) => trouble !== null) ?? null;
}

/** Larder's name, unless OTEL_SERVICE_NAME or OTEL_RESOURCE_ATTRIBUTES say another. */
async function describeResource(version: string): Promise<Resource> {
  const { detectResources, envDetector, resourceFromAttributes } = await import('@opentelemetry/resources');
  const own = resourceFromAttributes({ 'service.name': 'larder', 'service.version': version });
  return own.merge(detectResources({ detectors: [envDetector] }));
}

async function exportSpans(
  { spans, context, version }: ExportedRun,
  resource: Resource,
  { traces, timeoutMs }: TelemetrySettings,
): Promise<string | null> {
  const [api, sdk, { OTLPTraceExporter }] = await Promise.all([
    import('@opentelemetry/api'),
    import('@opentelemetry/sdk-trace'),
    importTraceExporter(traces),
  ]);
  let next = '';
  const memory = new sdk.InMemorySpanExporter();
  const provider = new sdk.TracerProvider({
    resource,
    idGenerator: { generateSpanId: () => next, generateTraceId: () => context.traceId },
    spanProcessors: [new sdk.SimpleSpanProcessor({ exporter: memory })],
  });
  const tracer = provider.getTracer('larder', version);
  for (const span of spans) {
    next = span.id;
    const parent = {
      traceId: context.traceId,
      spanId: span.parentId ?? '',
      traceFlags: 1,
      isRemote: span.id === context.runId,
    };
    const around = span.parentId === null ? api.ROOT_CONTEXT : api.trace.setSpanContext(api.ROOT_CONTEXT, parent);
    const { name, startEpochMs: startTime, attributes, failure } = span;
    const recorded = tracer.startSpan(name, { startTime, attributes, root: span.parentId === null }, around);
    if (failure !== null) recorded.setStatus({ code: api.SpanStatusCode.ERROR, message: failure });
    recorded.end(span.endEpochMs);
  }
  await provider.forceFlush();
  const exporter = new OTLPTraceExporter({ timeoutMillis: timeoutMs });
  const finished = memory.getFinishedSpans();
  for (let start = 0; start < finished.length; start += spansPerRequest) {
    const trouble = await send((done) => exporter.export(finished.slice(start, start + spansPerRequest), done));
    if (trouble !== null) return trouble;
  }
  return null;
}

async function exportMeasurements(
  { measurements, version }: ExportedRun,
  resource: Resource,
  { metrics, timeoutMs }: TelemetrySettings,
): Promise<string | null> {
  const [sdk, { OTLPMetricExporter }] = await Promise.all([
    import('@opentelemetry/sdk-metrics'),
    importMetricExporter(metrics),
  ]);
  const exporter = new OTLPMetricExporter({ timeoutMillis: timeoutMs });
  /** Read once, when everything has been measured. */
  class Reader extends sdk.MetricReader {
    protected async onForceFlush(): Promise<void> {}
    protected async onShutdown(): Promise<void> {}
  }
  const reader = new Reader({
    aggregationTemporalitySelector: (instrument) => exporter.selectAggregationTemporality(instrument),
  });
  const provider = new sdk.MeterProvider({ resource, readers: [reader] });
  measure(provider.getMeter('larder', version), measurements);
  const { resourceMetrics } = await reader.collect();
  return send((done) => exporter.export(resourceMetrics, done));
}

function measure(meter: Meter, measurements: readonly Measurement[]): void {
  for (const { name, kind, unit, description, value, attributes } of measurements) {
    const options = { unit, description };
    switch (kind) {
      case 'counter':
        meter.createCounter(name, options).add(value, attributes);
        break;
      case 'gauge':
        meter.createGauge(name, options).record(value, attributes);
        break;
      case 'histogram':
        meter.createHistogram(name, options).record(value, attributes);
        break;
    }
  }
}

interface ExportOutcome {
  readonly code: number;
  readonly error?: Error;
}

function send(start: (done: (result: ExportOutcome) => void) => void): Promise<string | null> {
  return new Promise((resolve) => {
    start(({ code, error }) => resolve(code === 0 ? null : (error?.message ?? 'the collector refused')));
  });
}

function importTraceExporter(protocol: OtlpProtocol | null) {
  return protocol === 'http/json'
    ? import('@opentelemetry/exporter-trace-otlp-http')
    : import('@opentelemetry/exporter-trace-otlp-proto');
}

function importMetricExporter(protocol: OtlpProtocol | null) {
  return protocol === 'http/json'
    ? import('@opentelemetry/exporter-metrics-otlp-http')
    : import('@opentelemetry/exporter-metrics-otlp-proto');
}
