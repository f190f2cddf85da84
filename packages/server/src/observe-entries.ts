import { larderHeaders } from '@larder/protocol';
import type { ServerMetrics } from './metrics/server-metrics.ts';
import type { EntryObserver } from './scoped-entries.ts';
import type { UsageRecorder } from './stats/usage-recorder.ts';
import type { EntryFacts, Namespace } from './storage/storage.ts';

/** Counts every use of the cache, for the metrics and for the statistics. */
export function observeEntries(metrics: ServerMetrics, usage: UsageRecorder): EntryObserver {
  return {
    noteRead: ({ scope }, namespace, facts) => {
      const protocol = protocolOf(namespace);
      metrics.noteRead(protocol, facts?.sizeBytes ?? null);
      const counts = facts === null ? { misses: 1 } : { hits: 1, sentBytes: facts.sizeBytes, savedMs: savedMs(facts) };
      usage.addRequests({ scope, protocol }, counts);
    },
    noteWrite: ({ scope }, namespace, result) => {
      const protocol = protocolOf(namespace);
      const sizeBytes = result.kind === 'stored' ? result.facts.sizeBytes : 0;
      metrics.noteWrite(protocol, result.kind, sizeBytes);
      if (result.kind === 'stored') usage.addRequests({ scope, protocol }, { stored: 1, storedBytes: sizeBytes });
    },
  };
}

function protocolOf(namespace: Namespace): string {
  return namespace.startsWith('bazel-') ? 'bazel' : namespace;
}

/** What the upload said that the execution took. */
function savedMs({ attributes }: EntryFacts): number {
  return Number(attributes[larderHeaders.executionMs] ?? attributes['x-artifact-duration'] ?? 0);
}
