/** What the `OTEL_*` variables ask for, as their specification has them (opentelemetry.io, "SDK environment variables"). */
export interface TelemetrySettings {
  /** Null: not wanted. */
  readonly traces: OtlpProtocol | null;
  readonly metrics: OtlpProtocol | null;
  /** How long the end of a run may take for all exports together. */
  readonly timeoutMs: number;
}

export type OtlpProtocol = 'http/protobuf' | 'http/json';

export type ReadTelemetrySettings =
  | { readonly kind: 'off' }
  | { readonly kind: 'on'; readonly settings: TelemetrySettings }
  | { readonly kind: 'invalid'; readonly detail: string };

type Env = Readonly<Record<string, string | undefined>>;
type Signal = 'traces' | 'metrics';

/** Nobody waits longer for a collector at the end of a run; the variables can only shorten it. */
const longestTimeoutMs = 3_000;

/** On where an OTLP endpoint is named, and nothing says otherwise. A variable that is set to nothing counts as unset. */
export function readTelemetrySettings(env: Env): ReadTelemetrySettings {
  if (valueOf(env, 'OTEL_SDK_DISABLED')?.toLowerCase() === 'true') return { kind: 'off' };
  const [traces, metrics] = (['traces', 'metrics'] as const).map((signal) => readSignal(env, signal));
  for (const one of [traces, metrics]) if (one?.kind === 'invalid') return one;
  const protocols = [traces, metrics].map((one) => (one?.kind === 'protocol' ? one.protocol : null));
  const [ofTraces = null, ofMetrics = null] = protocols;
  if (ofTraces === null && ofMetrics === null) return { kind: 'off' };
  return { kind: 'on', settings: { traces: ofTraces, metrics: ofMetrics, timeoutMs: readTimeout(env) } };
}

type ReadSignal =
  | { readonly kind: 'none' }
  | { readonly kind: 'protocol'; readonly protocol: OtlpProtocol }
  | { readonly kind: 'invalid'; readonly detail: string };

function readSignal(env: Env, signal: Signal): ReadSignal {
  const name = signal.toUpperCase();
  const exporter = valueOf(env, `OTEL_${name}_EXPORTER`) ?? 'otlp';
  const endpoint = findFirst(env, [`OTEL_EXPORTER_OTLP_${name}_ENDPOINT`, 'OTEL_EXPORTER_OTLP_ENDPOINT']);
  if (endpoint === null || !exporter.split(',').includes('otlp')) return { kind: 'none' };
  if (!URL.canParse(endpoint.value))
    return { kind: 'invalid', detail: `${endpoint.name} is no address: ${endpoint.value}` };
  const chosen = findFirst(env, [`OTEL_EXPORTER_OTLP_${name}_PROTOCOL`, 'OTEL_EXPORTER_OTLP_PROTOCOL']);
  const protocol = chosen?.value ?? 'http/protobuf';
  if (protocol === 'http/protobuf' || protocol === 'http/json') return { kind: 'protocol', protocol };
  return { kind: 'invalid', detail: `${chosen?.name} is ${protocol}; http/protobuf and http/json are supported` };
}

function readTimeout(env: Env): number {
  const value = Number(valueOf(env, 'OTEL_EXPORTER_OTLP_TIMEOUT') ?? longestTimeoutMs);
  return value > 0 ? Math.min(value, longestTimeoutMs) : longestTimeoutMs;
}

function findFirst(env: Env, names: readonly string[]): { readonly name: string; readonly value: string } | null {
  for (const name of names) {
    const value = valueOf(env, name);
    if (value !== null) return { name, value };
  }
  return null;
}

function valueOf(env: Env, name: string): string | null {
  const value = env[name]?.trim();
  return value === undefined || value === '' ? null : value;
}
