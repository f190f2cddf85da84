import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { ServerFact } from '../server-event.ts';
import { scopeClasses } from '../storage/scope-class.ts';
import type { Storage, StoredTotals } from '../storage/storage.ts';
import { Metrics } from './metrics.ts';

export interface ObservedRequest {
  readonly protocol: string;
  readonly route: string;
  readonly method: string;
  readonly status: number;
  readonly durationMs: number;
}

/** What a server counts of itself. None of it tells scopes, tenants, names or tokens apart. */
export interface ServerMetrics {
  observeConnections(openConnections: () => number): void;
  observeStorage(storage: Pick<Storage, 'totals'>): void;
  beginRequest(): void;
  endRequest(observed: ObservedRequest): void;
  noteRead(protocol: string, sizeBytes: number | null): void;
  noteWrite(protocol: string, result: string, sizeBytes: number): void;
  noteFact(fact: ServerFact): void;
  format(): string;
  close(): void;
}

const durationBounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];
const loopResolutionMs = 20;

export function createServerMetrics(): ServerMetrics {
  const metrics = new Metrics();
  const requests = metrics.counter('larder_http_requests_total', 'Requests by protocol, route, method and status.');
  const durations = metrics.histogram(
    'larder_http_request_duration_seconds',
    'From the head of a request to the end of its answer.',
    durationBounds,
  );
  const reads = metrics.counter('larder_cache_reads_total', 'Reads by protocol and result: hit or miss.');
  const sent = metrics.counter('larder_cache_sent_bytes_total', 'Bytes of the artifacts of all hits.');
  const writes = metrics.counter('larder_cache_writes_total', 'Uploads by protocol and result.');
  const received = metrics.counter('larder_cache_stored_bytes_total', 'Bytes of all artifacts that were kept.');
  const evicted = metrics.counter('larder_cache_evicted_entries_total', 'Entries that made room for others.');
  const damaged = metrics.counter('larder_cache_damaged_entries_total', 'Entries that were found damaged and dropped.');
  const refused = metrics.counter(
    'larder_access_refused_total',
    'Requests without the right to be answered, by reason.',
  );
  const failures = metrics.counter('larder_failures_total', 'Troubles of the server itself, by kind.');
  let inFlight = 0;
  let openConnections = (): number => 0;
  metrics.gauge('larder_http_requests_in_flight', 'Requests whose answer has not ended yet.', () => inFlight);
  metrics.gauge('larder_http_connections', 'Open connections.', () => openConnections());
  const closeProcess = addProcessMetrics(metrics);
  return {
    observeStorage: (storage) => {
      const { totals } = storage;
      if (totals === undefined) return;
      const read = (what: keyof StoredTotals) => () =>
        scopeClasses.map((name) => [{ scopes: name }, totals.call(storage, name)[what]] as const);
      metrics.gauges(
        'larder_cache_entries',
        'Entries on this disk, of root scopes and of those below.',
        read('entries'),
      );
      metrics.gauges('larder_cache_size_bytes', 'Their bytes, in whole blocks.', read('sizeBytes'));
    },
    observeConnections: (read) => {
      openConnections = read;
    },
    beginRequest: () => {
      inFlight += 1;
    },
    endRequest: ({ protocol, route, method, status, durationMs }) => {
      inFlight -= 1;
      requests.add({ protocol, route, method, status: String(status) });
      durations.observe({ protocol, route }, durationMs / 1000);
    },
    noteRead: (protocol, sizeBytes) => {
      reads.add({ protocol, result: sizeBytes === null ? 'miss' : 'hit' });
      if (sizeBytes !== null) sent.add({ protocol }, sizeBytes);
    },
    noteWrite: (protocol, result, sizeBytes) => {
      writes.add({ protocol, result });
      if (result === 'stored') received.add({ protocol }, sizeBytes);
    },
    noteFact: (fact) => {
      if (fact.type === 'entries-evicted') evicted.add({}, fact.count);
      else if (fact.type === 'entry-damaged') damaged.add({});
      else if (fact.type === 'access-refused') refused.add({ reason: fact.reason });
      else if (fact.type === 'request-failed' || fact.type === 'storage-failed') failures.add({ kind: fact.type });
    },
    format: () => metrics.format(),
    close: closeProcess,
  };
}

/** Event-loop lag since the last look, memory and processor time. */
function addProcessMetrics(metrics: Metrics): () => void {
  const delay = monitorEventLoopDelay({ resolution: loopResolutionMs });
  delay.enable();
  const lagSeconds = (nanoseconds: number): number => Math.max(nanoseconds / 1e9 - loopResolutionMs / 1000, 0);
  metrics.gauge('larder_event_loop_lag_p50_seconds', 'Median lag of the event loop since the last look.', () =>
    lagSeconds(delay.percentile(50)),
  );
  metrics.gauge('larder_event_loop_lag_p99_seconds', '99th percentile of the lag since the last look.', () =>
    lagSeconds(delay.percentile(99)),
  );
  metrics.gauge('larder_event_loop_lag_max_seconds', 'Longest lag since the last look.', () => {
    const max = lagSeconds(delay.max);
    delay.reset();
    return max;
  });
  metrics.gauge('process_resident_memory_bytes', 'Memory of the process.', () => process.memoryUsage.rss());
  metrics.gauge(
    'nodejs_heap_size_used_bytes',
    "Memory of the process's objects.",
    () => process.memoryUsage().heapUsed,
  );
  metrics.readCounter('process_cpu_seconds_total', 'Processor time of the process.', () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1e6;
  });
  metrics.gauge('process_uptime_seconds', 'Age of the process.', () => process.uptime());
  return () => delay.disable();
}
