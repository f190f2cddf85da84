import type { AuditLog } from './audit-log.ts';
import type { ServerMetrics } from './metrics/server-metrics.ts';
import type { ServerEventSink } from './server-event.ts';

export interface SinkParts {
  readonly metrics: Pick<ServerMetrics, 'noteFact'>;
  readonly audit: Pick<AuditLog, 'note'> | null;
}

/** Events go into the metrics, the log, and the audit log; trouble with the last shows in the log. */
export function createSink(log: ServerEventSink, { metrics, audit }: SinkParts): ServerEventSink {
  return (event) => {
    metrics.noteFact(event);
    try {
      audit?.note(event);
    } catch (error) {
      log({ type: 'audit-failed', detail: String(error), atEpochMs: event.atEpochMs });
    }
    log(event);
  };
}
