import { larderStatus, parseRunReport, runReportLimitBytes } from '@larder/protocol';
import { answer, answerError } from '../http/answer.ts';
import type { Exchange } from '../http/exchange.ts';
import { readJsonBody } from '../http/request-body.ts';
import { anonymousId } from '../identity/identity.ts';
import { countTask } from '../stats/usage-counts.ts';
import { requestIdentity } from './access.ts';
import type { ProtocolContext } from './protocol.ts';
import { refuseAccess } from './refuse-access.ts';

/**
 * `POST /larder/v1/events`: what a run made of the cache. Counts in the statistics of the caller's own scope, whoever
 * has a token; it is a client's word and decides nothing.
 */
export async function takeRunReport(context: ProtocolContext, exchange: Exchange): Promise<void> {
  const access = await requestIdentity(context, exchange);
  if (access.kind === 'refused') return refuseAccess(exchange, access);
  if (access.identity.id === anonymousId) {
    return refuseAccess(exchange, { kind: 'refused', reason: 'no-credentials', retryAfterMs: null });
  }
  const body = await readJsonBody(exchange, runReportLimitBytes);
  const report = body.kind === 'json' ? parseRunReport(body.value) : null;
  if (report === null) {
    const message = 'The body must be a run report of version 1 with at most 2,000 tasks.';
    return answerError(exchange, larderStatus.malformed, { code: 'malformed', message });
  }
  const { scope } = access.identity;
  for (const task of report.tasks) {
    context.usage.addTasks({ scope, project: task.project, target: task.target }, countTask(task));
  }
  answer(exchange, { status: 204 });
}
