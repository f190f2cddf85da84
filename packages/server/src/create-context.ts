import { randomBytes } from 'node:crypto';
import { createIdentify } from './identity/authenticate.ts';
import { createExchangeToken } from './identity/exchange-token.ts';
import { createIdentifyByOidc } from './identity/oidc/identify-by-oidc.ts';
import { readSigningKey, signingKeyFile } from './identity/signing-key.ts';
import { createQuotas } from './limits/quotas.ts';
import { createRateLimits } from './limits/rate-limits.ts';
import type { ServerMetrics } from './metrics/server-metrics.ts';
import { observeEntries } from './observe-entries.ts';
import type { ProtocolContext } from './protocols/protocol.ts';
import { openScopedEntries } from './scoped-entries.ts';
import type { RecordFact } from './server-event.ts';
import type { ServerOptions } from './server-options.ts';
import { createUsageRecorder } from './stats/usage-recorder.ts';
import type { Storage } from './storage/storage.ts';

export interface ContextParts {
  readonly storage: Storage;
  readonly record: RecordFact;
  readonly metrics: ServerMetrics;
}

/** What all protocols share. Rejects where the key that signs tokens cannot be had. */
export async function createContext(options: ServerOptions, parts: ContextParts): Promise<ProtocolContext> {
  const { auth: mode, storageDirectory, epochMs, timeouts, statisticsDays } = options;
  const { storage, record, metrics } = parts;
  const ci = await openCi(options);
  const usage = createUsageRecorder({
    storageDirectory,
    retentionDays: statisticsDays,
    epochMs,
    onFailure: (error) => record({ type: 'statistics-failed', detail: String(error) }),
  });
  const quotas = createQuotas(options.quotas, {
    list: () => storage.list(),
    monotonicMs: () => performance.now(),
    onFailure: (error) => record({ type: 'storage-failed', detail: String(error) }),
  });
  const observer = observeEntries(metrics, usage);
  return {
    identify: createIdentify({ mode, storageDirectory, epochMs, ci }),
    exchangeToken: ci === null ? null : createExchangeToken({ ...ci, epochMs, randomBytes }),
    admit: createRateLimits(options.rateLimits, () => performance.now()),
    openEntries: (identity, from, namespace) =>
      openScopedEntries({ identity, from }, { storage, namespace, quotas, observer, record }),
    record,
    usage,
    answerWithinMs: timeouts.answerMs,
  };
}

async function openCi({ oidc, storageDirectory, epochMs }: ServerOptions) {
  if (oidc === null) return null;
  const signingKey = await readSigningKey(oidc.signingKeyFileAbsolute ?? signingKeyFile(storageDirectory));
  const identifyByOidc = createIdentifyByOidc(oidc.issuers, epochMs);
  return { identifyByOidc, signingKey, lifetimeMs: oidc.tokenLifetimeMs };
}
